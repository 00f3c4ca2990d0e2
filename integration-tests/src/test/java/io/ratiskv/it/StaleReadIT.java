package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two servers think that they lead, and both are asked. Ratis's own linearizable read answers from
 * the past here, in one partition of three or four.
 */
class StaleReadIT {
  private static final Logger LOG = LoggerFactory.getLogger(StaleReadIT.class);

  /** Of those that count: the old leader was asked while it still thought that it led. */
  private static final int PARTITIONS = 6;

  private static final int MOST_PARTITIONS = 4 * PARTITIONS;
  private static final int READS_EACH = 40;

  /** The cut-off leader gives up after two seconds and a half, the others mostly elect earlier. */
  @RegisterExtension
  final KvCluster cluster =
      KvCluster.of(3).withElectionTimeouts(Duration.ofMillis(500), Duration.ofMillis(2500));

  @Test
  void aLeaderThatWasCutOffGivesNoStaleRead() {
    int counted = 0;
    int reads = 0;
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.put("x", "1"));
      for (int n = 2; counted < PARTITIONS; n++) {
        assertThat(n).as("partitions of which %d counted", counted).isLessThan(MOST_PARTITIONS);
        int asked = partition(session, n);
        counted += asked > 0 ? 1 : 0;
        reads += asked;
      }
      LOG.warn("{} partitions, {} reads at the old leader after a newer write", counted, reads);
      cluster.awaitEqualDigests();
    }
  }

  /**
   * Cuts the leader off, has the next one acknowledge another value, and reads at both.
   *
   * @return reads that began at the old leader, while it thought that it led, after the new leader
   *     had acknowledged the write
   */
  private int partition(RawSession session, int n) {
    String old = cluster.leader();
    String expected = String.valueOf(n);
    // The value before is settled at the leader that will be cut off, and all are up to date.
    assertThat(session.read("x")).isEqualTo(String.valueOf(n - 1));
    cluster.awaitEqualDigests();
    List<String> rest = cluster.idsBut(old);
    try (RawClient before = cluster.raw(old);
        RawClient after = cluster.raw(old);
        RawClient one = cluster.raw(rest.get(0));
        RawClient other = cluster.raw(rest.get(1))) {
      // The leader is cut off; of every two times it can still ask the others for their terms at
      // one. One read is on its way, which may see either value.
      if (n % 2 == 0) {
        cluster.isolate(old);
      } else {
        cluster.isolateRaft(old);
      }
      before.send(Messages.read(1, "x"));

      // The others elect a leader, which acknowledges a new value.
      String next = cluster.leaderOtherThan(old);
      RawClient there = next.equals(rest.get(0)) ? one : other;
      ServerMessage written = there.write(session.id(), n, n, Messages.put("x", expected));
      if (!written.hasApplied()) {
        assertThat(written.getRefusal().getCode()).isIn(Code.NOT_LEADER, Code.UNAVAILABLE);
        cluster.heal();
        session.applied(n, n, Messages.put("x", expected));
        return 0;
      }

      // Reads that begin now must see it, or none: on the one side …
      int asked = 0;
      for (int id = 1; id <= READS_EACH && cluster.info(old).isLeader(); id++) {
        after.send(Messages.read(id, "x"));
        asked++;
        after.poll(m -> isStale(m, expected), Duration.ofMillis(2)).ifPresent(StaleReadIT::fail);
      }
      // … and on the other.
      there.send(Messages.read(1, "x"));
      ServerMessage present = there.await("answer", m -> RawClient.answersRead(m, 1));
      assertThat(isStale(present, expected)).as("%s, expected %s", present, expected).isFalse();

      // The old leader hears of it, and answers everything.
      cluster.heal();
      for (int id = 1; id <= asked; id++) {
        long read = id;
        ServerMessage answer =
            after.await("answer to read " + id, m -> RawClient.answersRead(m, read));
        assertThat(isStale(answer, expected)).as("%s, expected %s", answer, expected).isFalse();
      }
      before.await("answer to the read before", m -> RawClient.answersRead(m, 1));
      return asked;
    } finally {
      cluster.heal();
    }
  }

  private static boolean isStale(ServerMessage message, String expected) {
    return message.hasRead()
        && !message.getRead().getResults(0).getValue().toStringUtf8().equals(expected);
  }

  private static void fail(ServerMessage stale) {
    throw new AssertionError("a stale read: " + stale);
  }
}
