package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The leader of a new cluster dies before the slower of its two followers has heard of it. The two
 * that are left are a majority, and go on.
 *
 * <p>Ratis takes no votes of a server whose log is empty: such a cluster was without a leader until
 * the dead one came back.
 */
class FirstLeaderIT {
  private static final String SLOW = "n3";

  private final List<Member> members = Stream.of("n1", "n2", SLOW).map(FirstLeaderIT::at).toList();
  private final Map<String, KvServer> servers = new ConcurrentHashMap<>();
  private volatile boolean slow = true;

  @TempDir Path folder;

  private static Member at(String id) {
    return new Member(id, endpoint(), endpoint());
  }

  private static Member.Endpoint endpoint() {
    return new Member.Endpoint("127.0.0.1", Ports.free());
  }

  @AfterEach
  void stop() throws IOException {
    for (KvServer server : servers.values()) {
      server.kill();
    }
  }

  @Test
  void theTwoThatAreLeftGoOnThoughOneOfThemHasNoEntryYet() throws IOException {
    CompletableFuture.allOf(
            members.stream()
                .map(
                    member ->
                        CompletableFuture.runAsync(() -> start(member.id()), FirstLeaderIT::run))
                .toArray(CompletableFuture<?>[]::new))
        .orTimeout(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
    try (KvClient kv =
        KvClient.builder()
            .endpoints(members.stream().map(member -> member.client().toString()).toList())
            .timeout(Eventually.PATIENCE)
            .build()) {
      kv.put("before", "1");

      KvServer leader = servers.remove(leader());
      leader.kill();
      slow = false;

      kv.put("after", "2");
      assertThat(kv.get("before").valueAsString()).isEqualTo("1");
    }
  }

  private static void run(Runnable task) {
    new Thread(task, "start").start();
  }

  /** The slow one and the others don't hear each other. */
  private void start(String id) {
    ServerConfig config =
        new ServerConfig(
            "first",
            id,
            members,
            folder.resolve(id),
            SnapshotPolicy.DEFAULT,
            ServiceLimits.DEFAULT);
    try {
      servers.put(
          id,
          KvServer.start(
              config,
              (reason, message, cause) -> {
                throw new AssertionError(message, cause);
              },
              other -> !slow || id.equals(SLOW) == other.equals(SLOW)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String leader() {
    List<String> found = new ArrayList<>();
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(2))) {
      Eventually.until(
          "a leader",
          () -> {
            members.stream()
                .filter(member -> leads(admin, member))
                .map(Member::id)
                .forEach(found::add);
            return !found.isEmpty();
          });
    }
    return found.get(0);
  }

  private static boolean leads(KvAdmin admin, Member member) {
    try {
      return admin.status(member.client().toString()).role() == ServerStatus.Role.LEADER;
    } catch (KvException e) {
      return false;
    }
  }
}
