package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.Messages;
import io.ratiskv.it.RawClient;
import io.ratiskv.protocol.v1.ServerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The wall clocks of all servers jump, by an hour and by a year, forth and back. Sessions live as
 * long as they are meant to, in real time.
 */
@ExtendWith(ServersTell.class)
class ClocksIT {
  private static final Duration TTL = Duration.ofSeconds(2);

  /** More than an answer takes where there is one. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path folder;

  private final Clocks clocks = new Clocks();
  private Processes servers;

  @BeforeEach
  void start() throws IOException {
    Tool.FAKETIME.require();
    servers = Processes.start(folder, this::place);
  }

  private Placement place(String id, Path data) {
    try {
      return clocks.place(Placement.plain(data), id, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  void aSessionEndsNeitherTooEarlyNorNeverWhenClocksJump() throws IOException {
    try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE);
        KvClient idle = servers.client().build()) {
      // Once it is answered there is a leader that is ready.
      idle.append("k", "a");
      ServerProcess leader = servers.leader();
      assertThat(admin.changeSessionTtl(leader.endpoint(), TTL)).isEqualTo(TTL);

      for (Duration offset :
          new Duration[] {
            Duration.ofHours(1), Duration.ofHours(-1), Duration.ofDays(365), Duration.ofDays(-365)
          }) {
        long left = leaveSession();
        for (ServerProcess server : servers.all()) {
          clocks.turn(server.id(), offset);
        }

        // The one that was left behind lives its time, and no longer; the other one stays.
        Eventually.until("that it ends, with clocks turned by " + offset, () -> sessions() == 1);
        Duration lived = Duration.ofNanos(System.nanoTime() - left);
        assertThat(lived).as("clocks turned by %s", offset).isGreaterThanOrEqualTo(TTL);
      }
      assertThat(idle.append("k", "b").length()).isEqualTo(2);
    }
    servers.awaitEqualDigests();
    assertThat(servers.surprises()).isEmpty();
  }

  /**
   * Opens a session, and goes away.
   *
   * @return just before the server can have heard of it
   */
  private long leaveSession() {
    long[] left = new long[1];
    Eventually.until(
        "a session",
        () -> {
          String endpoint = servers.leader().endpoint();
          int colon = endpoint.lastIndexOf(':');
          try (RawClient client =
              RawClient.greeted(
                  endpoint.substring(0, colon),
                  Integer.parseInt(endpoint.substring(colon + 1)),
                  Processes.CLUSTER)) {
            left[0] = System.nanoTime();
            client.send(Messages.open(Messages.nonce()));
            return client
                .poll(m -> m.hasOpened() || m.hasRefusal(), PATIENCE)
                .filter(ServerMessage::hasOpened)
                .isPresent();
          }
        });
    Eventually.until(
        "two sessions, unless it may have ended",
        () -> sessions() == 2 || System.nanoTime() - left[0] > TTL.toNanos());
    return left[0];
  }

  private long sessions() {
    return servers.leader().status().map(ServerStatus::sessions).orElse(-1L);
  }
}
