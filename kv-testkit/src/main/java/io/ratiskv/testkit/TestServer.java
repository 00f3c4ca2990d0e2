package io.ratiskv.testkit;

import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server of a {@link TestCluster}: where it is, whether or not it runs. */
final class TestServer {
  private static final Logger LOG = LoggerFactory.getLogger(TestServer.class);
  private static final String HOST = "127.0.0.1";

  private final ServerConfig config;
  private final Partition partition;

  /** Null while it is down. */
  private volatile @Nullable KvServer running;

  private TestServer(ServerConfig config, Partition partition) {
    this.config = config;
    this.partition = partition;
  }

  /** Those of a cluster, with ports and folders of their own. */
  static List<TestServer> place(List<String> ids, Path folder, Partition partition) {
    List<Integer> ports = freePorts(2 * ids.size());
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      members.add(
          new Member(
              ids.get(i),
              new Member.Endpoint(HOST, ports.get(2 * i)),
              new Member.Endpoint(HOST, ports.get(2 * i + 1))));
    }
    return ids.stream()
        .map(
            id ->
                new ServerConfig(
                    TestCluster.NAME,
                    id,
                    members,
                    folder.resolve(id),
                    SnapshotPolicy.DEFAULT,
                    ServiceLimits.DEFAULT))
        .map(config -> new TestServer(config, partition))
        .toList();
  }

  /** All at once, so that none is given twice. */
  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          LOG.debug("a socket that did not close", e);
        }
      }
    }
  }

  /** At once: those of a new cluster wait for each other. */
  static void startAll(Collection<TestServer> servers, Duration patience) {
    all(servers, TestServer::start).await(true, patience, "a server did not start");
  }

  static void killAll(Collection<TestServer> servers, Duration patience) {
    all(servers, TestServer::kill).await(false, patience, "a server did not end");
  }

  private static Together all(Collection<TestServer> servers, Consumer<TestServer> action) {
    Together together = new Together();
    servers.forEach(server -> together.add("kv-" + server.id(), () -> action.accept(server)));
    return together;
  }

  String id() {
    return config.id();
  }

  /** Where clients connect. */
  String endpoint() {
    return config.self().client().toString();
  }

  boolean isRunning() {
    return running != null;
  }

  void start() {
    if (isRunning()) {
      return;
    }
    try {
      running =
          KvServer.start(
              config,
              // The process is the test's: it doesn't end for a server.
              (reason, message, cause) ->
                  LOG.error("{} can't go on ({}): {}", id(), reason, message, cause),
              other -> partition.connects(id(), other));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void kill() {
    KvServer server = running;
    running = null;
    try {
      if (server != null) {
        server.kill();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
