package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some hundred appends that are given to one server at once, and later to whoever leads: as many
 * sessions as it takes, each with all that it may have unanswered. For one thread.
 */
final class LabBurst implements AutoCloseable {
  private static final int SESSIONS = 13;

  private final KvCluster cluster;
  private final String key;
  private final List<RawSession> sessions = new ArrayList<>();
  private @Nullable RawClient stream;

  /** Opens the sessions, so there has to be a leader. */
  LabBurst(KvCluster cluster, String key) {
    this.cluster = cluster;
    this.key = key;
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(new RawSession(cluster));
    }
  }

  /** Gives all of them to a server, and doesn't wait. */
  void submit(String server) {
    RawClient raw = cluster.raw(server);
    stream = raw;
    for (int i = 0; i < SESSIONS; i++) {
      for (int n = 1; n <= Limits.SESSION_WINDOW; n++) {
        raw.send(Messages.batch(sessions.get(i).id(), n, 1, Messages.append(key, token(i, n))));
      }
    }
  }

  private RawClient stream() {
    RawClient raw = stream;
    if (raw == null) {
      throw new IllegalStateException("nothing was submitted");
    }
    return raw;
  }

  private static String token(int session, int number) {
    return "<" + (char) ('a' + session) + number + ">";
  }

  /** What all of them append. */
  int bytes() {
    return SESSIONS * Limits.SESSION_WINDOW * token(0, 1).length();
  }

  void assertNoneApplied() {
    assertThat(stream().poll(ServerMessage::hasApplied, Duration.ofMillis(1))).isEmpty();
  }

  /** The server refuses each, for it can't know better. */
  void assertAllRefused() {
    for (RawSession session : sessions) {
      for (int n = 1; n <= Limits.SESSION_WINDOW; n++) {
        ServerMessage answer = stream().answer(session.id(), n);
        assertThat(answer.hasRefusal()).as("%s", answer).isTrue();
      }
    }
  }

  /** Waits until the server has ended the stream. */
  void awaitEnd() {
    assertThat(stream().awaitEnd()).isNotNull();
  }

  /** Gives each to the present leader, until it has been applied. */
  void sendAgain() {
    for (int i = 0; i < SESSIONS; i++) {
      for (int n = 1; n <= Limits.SESSION_WINDOW; n++) {
        sessions.get(i).applied(n, 1, Messages.append(key, token(i, n)));
      }
    }
  }

  void assertEachOnceIn(String value) {
    for (int i = 0; i < SESSIONS; i++) {
      for (int n = 1; n <= Limits.SESSION_WINDOW; n++) {
        assertThat(value).containsOnlyOnce(token(i, n));
      }
    }
  }

  @Override
  public void close() {
    sessions.forEach(RawSession::close);
    RawClient raw = stream;
    if (raw != null) {
      raw.close();
    }
  }
}
