package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.protocol.v1.BatchReply;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The course's eight tests of the layer between Raft and the service. Where they increment a
 * counter, a token is appended here: that shows which command took effect, and not just how many.
 */
class LabRsmIT {
  private static final String KEY = "counter";

  @RegisterExtension final KvCluster cluster = LabScenario.snapshotting(3);

  /** One command after the other, which all servers apply. */
  @Test
  void basic() {
    try (RawSession session = new RawSession(cluster)) {
      append(session, 1, 10, 0);
      cluster.awaitEqualDigests();
      assertThat(session.read(KEY)).hasSize(10);
    }
  }

  @Test
  void concurrent() {
    try (AppendLoad load = AppendLoad.start(5, 10, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      load.awaitEnd();
      assertThat(load.acknowledged()).isEqualTo(50);
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }

  /** The leader is cut off, the others go on, and it learns what it missed. */
  @Test
  void leaderFailure() {
    try (RawSession session = new RawSession(cluster)) {
      append(session, 1, 1, 0);
      String old = cluster.leader();
      cluster.isolate(old);
      cluster.leaderOtherThan(old);
      append(session, 2, 2, 1);
      cluster.heal();
      append(session, 3, 3, 2);
      assertThat(cluster.awaitEqualDigests().index()).isPositive();
      assertThat(session.read(KEY)).hasSize(3);
    } finally {
      cluster.heal();
    }
  }

  /**
   * A hundred commands are given to a leader that is cut off. None is answered as applied, and none
   * is found afterwards. Then they are sent again, and each is applied once.
   */
  @Test
  void leaderPartition() {
    try (LabBurst burst = new LabBurst(cluster, KEY);
        RawSession session = new RawSession(cluster)) {
      append(session, 1, 1, 0);
      String old = cluster.leader();
      cluster.isolate(old);
      burst.submit(old);

      cluster.leaderOtherThan(old);
      append(session, 2, 2, 1);
      burst.assertNoneApplied();
      cluster.heal();

      burst.assertAllRefused();
      append(session, 3, 3, 2);
      cluster.awaitEqualDigests();
      assertThat(session.read(KEY)).hasSize(3);

      burst.sendAgain();
      String value = session.read(KEY);
      assertThat(value).hasSize(3 + burst.bytes());
      burst.assertEachOnceIn(value);
    } finally {
      cluster.heal();
    }
  }

  /** Servers that start again apply the log again, to the same state. */
  @Test
  void restartReplay() throws IOException {
    try (RawSession session = new RawSession(cluster)) {
      append(session, 1, 100, 0);
      var before = cluster.awaitEqualDigests();
      cluster.restartAll();
      append(session, 101, 101, 100);
      assertThat(cluster.awaitEqualDigests().index()).isGreaterThan(before.index());
      assertThat(session.read(KEY)).hasSize(101);
    }
  }

  /** A hundred commands are pending when the servers end: whoever waits is told, soon. */
  @Test
  void shutdown() throws IOException {
    try (LabBurst burst = new LabBurst(cluster, KEY)) {
      String leader = cluster.leader();
      cluster.isolate(leader);
      burst.submit(leader);
      long begun = System.nanoTime();
      cluster.ids().forEach(cluster::kill);
      burst.awaitEnd();
      // The lab's own bound.
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(11));
      burst.assertNoneApplied();
      cluster.heal();
      cluster.restartAll();
    } finally {
      cluster.heal();
    }
  }

  /** Answers to commands after a restart are not mixed up with those to commands before. */
  @Test
  void restartSubmit() throws IOException {
    try (LabBurst burst = new LabBurst(cluster, KEY);
        RawSession session = new RawSession(cluster)) {
      append(session, 1, 10, 0);
      String leader = cluster.leader();
      cluster.isolate(leader);
      burst.submit(leader);
      cluster.ids().forEach(cluster::kill);
      burst.awaitEnd();
      cluster.heal();
      cluster.restartAll();

      // What was in the old leader's log may have been kept: all of it comes before the next.
      BatchReply next = session.applied(11, 11, Messages.append(KEY, "x"));
      int length = next.getResult().getLengths(0);
      append(session, 12, 110, length);
      burst.sendAgain();
      String value = session.read(KEY);
      assertThat(value).hasSize(110 + burst.bytes());
      burst.assertEachOnceIn(value);
      cluster.awaitEqualDigests();
    } finally {
      cluster.heal();
    }
  }

  /**
   * The log stays short, and servers start from a snapshot. The course asks for twice the trigger;
   * we keep two snapshots and the log back to the older, so four times is what can be had.
   */
  @Test
  void snapshot() throws IOException {
    try (RawSession session = new RawSession(cluster)) {
      append(session, 1, 100, 0);
      LabSizes.assertSnapshots(cluster);
      LabSizes.assertShortLogs(cluster, cluster.ids(), 4);
      cluster.restartAll();
      LabSizes.assertSnapshots(cluster);
      append(session, 101, 101, 100);
      assertThat(session.read(KEY)).hasSize(101);
      cluster.awaitEqualDigests();
    }
  }

  /** One byte each; each is answered the length that it made. */
  private static void append(RawSession session, int first, int last, int lengthBefore) {
    int length = lengthBefore;
    for (int n = first; n <= last; n++) {
      BatchReply reply = session.applied(n, n, Messages.append(KEY, "x"));
      length++;
      assertThat(reply.getResult().getLengthsList()).as("append %d", n).containsExactly(length);
    }
  }
}
