package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.Parameters;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What becomes of the sessions that their clients left behind, and of writes that were given up.
 */
class SessionExpiryIT {
  private static final Duration TTL = Duration.ofSeconds(1);

  /** A session whose stream is open stays as long as one server leads. */
  @RegisterExtension
  final KvCluster cluster =
      KvCluster.of(3).withElectionTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(7));

  @Test
  void aSessionWhoseClientDiedEndsAndNothingOfItIsDoneLater() {
    setTtl();
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append("k", "a"));

      // The client is gone: its stream ends, and nothing more is heard of it.
      session.disconnect();
      awaitSessions(0);

      // It comes back. Neither a new batch nor the old one does anything; both are told why.
      assertThat(session.refused(2, 1, Messages.append("k", "b")).getCode())
          .isEqualTo(Code.SESSION_EXPIRED);
      assertThat(session.refused(1, 1, Messages.append("k", "a")).getCode())
          .isEqualTo(Code.SESSION_EXPIRED);
      assertThat(session.read("k")).isEqualTo("a");
    }
    cluster.awaitEqualDigests();
  }

  @Test
  void aSessionWithAnOpenStreamStays() {
    setTtl();
    try (RawSession idle = new RawSession(cluster)) {
      idle.applied(1, 1, Messages.append("k", "a"));

      // Two others come, die, and end, one after the other: twice the time has passed.
      for (int i = 0; i < 2; i++) {
        try (RawSession dies = new RawSession(cluster)) {
          dies.applied(1, 1, Messages.append("other", "x"));
        }
        awaitSessions(1);
      }

      idle.applied(2, 1, Messages.append("k", "b"));
      assertThat(idle.read("k")).isEqualTo("ab");
    }
  }

  @Test
  void theTimeIsTheSameOnEachServerAndOutlivesARestart() throws Exception {
    setTtl();
    cluster.restartAll();

    cluster.leader();
    for (String id : cluster.ids()) {
      Eventually.until(
          id + " has it",
          () -> cluster.state(id).parameters().equals(new Parameters(TTL.toMillis())));
    }
  }

  @Test
  void aBatchThatWasFencedIsNeverAppliedByTheNextLeaderEither() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.append("k", "a"));
      try (RawClient stream = cluster.raw(cluster.leader())) {
        assertThat(fence(stream, session.id(), 2).hasFenced()).isTrue();
        assertThat(fence(stream, session.id(), 1).hasApplied()).isTrue();
      }

      cluster.elect(cluster.followers().get(0));

      // The batch arrives late, at another leader.
      assertThat(session.refused(2, 1, Messages.append("k", "b")).getCode()).isEqualTo(Code.FENCED);
      session.applied(3, 1, Messages.append("k", "c"));
      assertThat(session.read("k")).isEqualTo("ac");
    }
    cluster.awaitEqualDigests();
  }

  private static ServerMessage fence(RawClient stream, long session, long sequence) {
    stream.send(
        ClientMessage.newBuilder()
            .setFence(Fence.newBuilder().setSession(session).setSequence(sequence))
            .build());
    return stream.await(
        "answer to the fence of " + sequence,
        m ->
            (m.hasFenced() && m.getFenced().getSequence() == sequence)
                || (m.hasApplied() && m.getApplied().getSequence() == sequence)
                || m.hasRefusal());
  }

  private void setTtl() {
    try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
      String leader = cluster.leader();
      assertThat(admin.changeSessionTtl(cluster.endpoint(leader), TTL)).isEqualTo(TTL);
      String follower =
          cluster.ids().stream().filter(id -> !id.equals(leader)).findAny().orElseThrow();
      assertThatThrownBy(() -> admin.changeSessionTtl(cluster.endpoint(follower), TTL))
          .isInstanceOfSatisfying(
              KvException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }
  }

  private void awaitSessions(int count) {
    for (String id : cluster.ids()) {
      Eventually.until(count + " sessions on " + id, () -> cluster.state(id).sessions() == count);
    }
  }
}
