package io.ratiskv.it.security;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.client.Tls;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.Ports;
import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.service.security.SecurityConfig;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three servers in this JVM, as {@code kv server} starts them. */
final class TlsCluster implements AutoCloseable {
  /** Which of them leads, and since when. */
  record Reign(String leader, long term) {}

  interface Protection {
    SecurityConfig of(String id) throws IOException;
  }

  private final List<Member> members =
      IntStream.rangeClosed(1, 3)
          .mapToObj(i -> new Member("n" + i, endpoint(), endpoint()))
          .toList();

  private final Map<String, Member.Endpoint> http =
      members.stream().collect(Collectors.toMap(Member::id, member -> endpoint()));

  private final List<KvServer> servers = new ArrayList<>();

  TlsCluster(Path folder, Protection protection) throws IOException {
    List<CompletableFuture<KvServer>> starts = new ArrayList<>();
    for (Member member : members) {
      ServerConfig config =
          new ServerConfig(
                  "tls",
                  member.id(),
                  members,
                  folder.resolve(member.id()),
                  SnapshotPolicy.DEFAULT,
                  ServiceLimits.DEFAULT)
              .with(protection.of(member.id()))
              .withHttp(http(member));
      starts.add(CompletableFuture.supplyAsync(() -> start(config)));
    }
    starts.forEach(start -> servers.add(start.join()));
  }

  private static Member.Endpoint endpoint() {
    return new Member.Endpoint("127.0.0.1", Ports.free());
  }

  private static KvServer start(ServerConfig config) {
    try {
      return KvServer.start(
          config,
          (reason, message, cause) -> {
            throw new IllegalStateException(message, cause);
          });
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  List<Member> members() {
    return members;
  }

  List<String> endpoints() {
    return members.stream().map(member -> member.client().toString()).toList();
  }

  /** Where a server shows itself. */
  Member.Endpoint http(Member member) {
    return Objects.requireNonNull(http.get(member.id()));
  }

  KvClient client(Tls tls, Duration timeout) {
    return KvClient.builder().endpoints(endpoints()).tls(tls).timeout(timeout).build();
  }

  KvClient client(Tls tls) {
    return client(tls, Eventually.PATIENCE);
  }

  /** As all of them see it, once they agree. */
  Reign reign(Tls admin) {
    List<Reign> found = new ArrayList<>();
    Eventually.until(
        "one leader for all",
        () -> {
          found.clear();
          found.addAll(reigns(admin));
          return found.size() == members.size()
              && found.stream().distinct().count() == 1
              && !found.get(0).leader().isEmpty();
        });
    return found.get(0);
  }

  private List<Reign> reigns(Tls tls) {
    List<Reign> found = new ArrayList<>();
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(5), tls)) {
      for (String endpoint : endpoints()) {
        ServerStatus status = admin.status(endpoint);
        found.add(new Reign(status.leader(), status.term()));
      }
    } catch (KvException e) {
      // Another try follows.
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    for (KvServer server : servers) {
      server.close();
    }
  }
}
