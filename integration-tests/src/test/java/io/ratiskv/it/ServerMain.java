package io.ratiskv.it;

import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One server in a process of its own, for tests that end it without notice. */
final class ServerMain {
  private static final Logger LOG = LoggerFactory.getLogger(ServerMain.class);

  private ServerMain() {}

  /**
   * Starts it, and says so in its log.
   *
   * @param args the cluster, the server's id, its folder, the bytes of log between two snapshots,
   *     and the members as {@code id=clientPort/raftPort}
   */
  public static void main(String[] args) throws IOException {
    List<Member> members = Arrays.stream(args).skip(4).map(ServerMain::member).toList();
    ServerConfig config =
        new ServerConfig(
            args[0],
            args[1],
            members,
            Path.of(args[2]),
            new SnapshotPolicy(Long.parseLong(args[3]), SnapshotPolicy.NEVER),
            ServiceLimits.DEFAULT);
    KvServer server =
        KvServer.start(
            config,
            (reason, message, cause) -> {
              LOG.error("{}: {}", reason, message, cause);
              Runtime.getRuntime().halt(reason.exitCode());
            });
    LOG.warn("{} is up: {}", args[1], server);
  }

  private static Member member(String text) {
    String[] parts = text.split("[=/]", -1);
    return new Member(
        parts[0],
        new Member.Endpoint("127.0.0.1", Integer.parseInt(parts[1])),
        new Member.Endpoint("127.0.0.1", Integer.parseInt(parts[2])));
  }
}
