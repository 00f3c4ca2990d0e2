package io.ratiskv.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.client.PutResult;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Snapshots are taken, the log becomes shorter, and servers start from what is left. */
class SnapshotIT {
  private static final int SEGMENT_BYTES = 8 << 10;

  private static long snapshotIndex(KvCluster cluster, String id) {
    SnapshotInfo snapshot = cluster.stateMachine(id).getLatestSnapshot();
    return snapshot == null ? -1 : snapshot.getIndex();
  }

  /** Writes about so many bytes to twenty keys, in entries of a few kilobytes. */
  private static Map<String, byte[]> fill(KvClient kv, int bytes) {
    Random random = new Random(bytes);
    Map<String, byte[]> model = new TreeMap<>();
    List<CompletableFuture<PutResult>> puts = new ArrayList<>();
    for (int i = 0; i < bytes / 1024; i++) {
      byte[] value = new byte[1024];
      random.nextBytes(value);
      String key = "fill-" + i % 20;
      model.put(key, value);
      puts.add(kv.async().put(key.getBytes(UTF_8), value));
      if (puts.size() == 8) {
        puts.forEach(CompletableFuture::join);
        puts.clear();
      }
    }
    puts.forEach(CompletableFuture::join);
    return model;
  }

  private static void assertHolds(KvClient kv, Map<String, byte[]> model) {
    model.forEach((key, value) -> assertThat(kv.get(key).value()).as(key).isEqualTo(value));
  }

  /** Long before there is so much log, where nothing is written any more. */
  @Nested
  class WhenIdle {
    @RegisterExtension
    final KvCluster cluster =
        KvCluster.of(3, new SnapshotPolicy(1L << 30, SnapshotPolicy.NEVER), SEGMENT_BYTES);

    @Test
    void aRestartFindsAllInASnapshot() throws IOException {
      Map<String, byte[]> model;
      try (KvClient kv = cluster.client()) {
        model = fill(kv, 2 << 20);
      }
      KvState.Stamp stamp = cluster.awaitEqualDigests();
      for (String id : cluster.ids()) {
        Eventually.eventually(
            "the snapshot of " + id,
            () -> assertThat(snapshotIndex(cluster, id)).isGreaterThanOrEqualTo(stamp.index()));
      }
      cluster.restartAll();
      try (KvClient kv = cluster.client()) {
        assertHolds(kv, model);
      }
    }
  }

  /** After so many bytes of log. */
  @Nested
  class ByBytes {
    private static final int TRIGGER_BYTES = 64 << 10;

    @RegisterExtension
    final KvCluster cluster =
        KvCluster.of(3, new SnapshotPolicy(TRIGGER_BYTES, SnapshotPolicy.NEVER), SEGMENT_BYTES);

    @Test
    void theLogStaysShortAndServersStartFromASnapshot() throws IOException {
      Map<String, byte[]> model;
      try (KvClient kv = cluster.client()) {
        // Thirty times as much is written as triggers a snapshot.
        model = fill(kv, 30 * TRIGGER_BYTES);

        // Every server takes its own, and drops the log that it doesn't need: whole segments, and
        // after the next write.
        for (String id : cluster.ids()) {
          Eventually.eventually(
              "a short log of " + id,
              () -> {
                kv.put("next", "write");
                assertThat(snapshotIndex(cluster, id)).isPositive();
                assertThat(cluster.logBytes(id)).isLessThanOrEqualTo(8L * TRIGGER_BYTES);
                assertThat(cluster.segments(id))
                    .noneMatch(file -> file.getName().startsWith("log_0-"));
                assertThat(snapshotFiles(id)).hasSizeLessThanOrEqualTo(2);
              });
        }
      }
      KvState.Stamp stamp = cluster.awaitEqualDigests();

      // One server starts from its snapshot and what is left of the log, to the same digest.
      String follower = cluster.followers().get(0);
      int installs = cluster.installs(follower);
      cluster.restart(follower);
      assertThat(cluster.awaitEqualDigests()).isEqualTo(stamp);
      assertThat(cluster.installs(follower)).isEqualTo(installs);

      // All do.
      cluster.restartAll();
      for (String id : cluster.ids()) {
        Eventually.eventually(
            "the state of " + id, () -> assertThat(cluster.state(id).digest()).isEqualTo(stamp));
      }
      try (KvClient kv = cluster.client()) {
        assertHolds(kv, model);
        kv.put("after", "all");
        assertThat(cluster.awaitEqualDigests().index()).isGreaterThan(stamp.index());
      }
    }

    private List<String> snapshotFiles(String id) {
      String[] names =
          cluster
              .division(id)
              .getRaftStorage()
              .getStorageDir()
              .getStateMachineDir()
              .list((folder, name) -> name.startsWith("snapshot."));
      return names == null ? List.of() : Arrays.asList(names);
    }

    @Test
    void aDuplicateAfterSnapshotAndRestartIsSuppressed() throws IOException {
      try (RawSession session = new RawSession(cluster);
          RawSession ended = new RawSession(cluster);
          KvClient kv = cluster.client()) {
        ended.applied(1, 1, Messages.append("ended", "a"));
        ended.end();

        // Three batches; the client has the answer to the first alone.
        session.applied(1, 1, Messages.append("key", "a"));
        BatchReply second = session.applied(2, 2, Messages.append("key", "b"));
        BatchReply third = session.applied(3, 2, Messages.append("key", "c"));

        // Their entries leave the log of every server, as writes go on.
        for (String id : cluster.ids()) {
          Eventually.until(
              "that the log of " + id + " begins behind them",
              () -> {
                fill(kv, TRIGGER_BYTES);
                return cluster.division(id).getRaftLog().getStartIndex()
                    > third.getResult().getVersion();
              });
        }

        // All servers start again: they know of the batches by a snapshot alone.
        cluster.awaitEqualDigests();
        cluster.restartAll();
        BatchReply again = session.applied(2, 2, Messages.append("key", "b"));
        assertThat(again).isEqualTo(second.toBuilder().setDuplicate(true).build());
        assertThat(session.applied(3, 2, Messages.append("key", "c")))
            .isEqualTo(third.toBuilder().setDuplicate(true).build());

        // Also what the client has, and what was never sent, is as it was.
        assertThat(session.refused(1, 1, Messages.append("key", "a")).getCode())
            .isEqualTo(Code.STALE);
        assertThat(session.refused(3, 2, Messages.append("key", "x")).getCode())
            .isEqualTo(Code.SEQUENCE_REUSED);
        assertThat(session.refused(5, 2, Messages.append("key", "e")).getCode())
            .isEqualTo(Code.OUT_OF_ORDER);
        assertThat(session.reopen()).isEqualTo(session.id());
        session.applied(4, 4, Messages.append("key", "d"));
        assertThat(session.read("key")).isEqualTo("abcd");

        // A session that has ended stays so: its number is given to nobody else.
        try (RawSession fresh = new RawSession(cluster)) {
          assertThat(fresh.id()).isNotIn(session.id(), ended.id());
        }
        assertThat(ended.refused(1, 1, Messages.append("ended", "a")).getCode())
            .isEqualTo(Code.SESSION_EXPIRED);
        cluster.awaitEqualDigests();
      }
    }

    @Test
    void snapshotsUnderLoadStopNobody() throws IOException {
      try (AppendLoad load = AppendLoad.start(4, cluster::asyncClient);
          KvClient kv = cluster.client()) {
        // Snapshots are taken all the time, by the trigger and by hand.
        for (int round = 0; round < 3; round++) {
          fill(kv, 2 * TRIGGER_BYTES);
          load.awaitMore(100);
          for (String id : cluster.ids()) {
            assertThat(cluster.snapshot(id)).isPositive();
          }
        }
        // The leader starts again in the midst of it.
        cluster.restart(cluster.leader());
        load.awaitMore(200);
        load.stop();
        assertThat(load.failures()).isEmpty();
        load.verify(kv);
        cluster.awaitEqualDigests();
      }
    }
  }

  /** After so many entries of the log. */
  @Nested
  class ByNumber {
    private static final int TRIGGER_ENTRIES = 50;

    @RegisterExtension
    final KvCluster cluster =
        KvCluster.of(3, new SnapshotPolicy(SnapshotPolicy.NEVER, TRIGGER_ENTRIES), SEGMENT_BYTES);

    @Test
    void smallEntriesTriggerToo() throws IOException {
      try (KvClient kv = cluster.client()) {
        // Each of these is an entry, since each waits for the one before.
        for (int i = 0; i < 10 * TRIGGER_ENTRIES; i++) {
          kv.append("key", "x");
        }
        long applied = cluster.awaitEqualDigests().index();
        for (String id : cluster.ids()) {
          Eventually.eventually(
              "a fresh snapshot of " + id,
              () -> {
                // It drops log after the next write.
                kv.put("next", "write");
                assertThat(snapshotIndex(cluster, id)).isGreaterThan(applied - 3 * TRIGGER_ENTRIES);
                assertThat(cluster.division(id).getRaftLog().getStartIndex()).isPositive();
              });
        }
        cluster.restartAll();
        assertThat(kv.get("key").value()).hasSize(10 * TRIGGER_ENTRIES);
        cluster.awaitEqualDigests();
      }
    }

    @Test
    void byHandATakenSnapshotIsOfNow() {
      try (KvClient kv = cluster.client()) {
        kv.put("key", "value");
        long applied = cluster.awaitEqualDigests().index();
        for (String id : cluster.ids()) {
          long index = cluster.snapshot(id);
          assertThat(index).isGreaterThanOrEqualTo(applied);
          assertThat(snapshotIndex(cluster, id)).isEqualTo(index);
          // With nothing new the same one is named.
          assertThat(cluster.snapshot(id)).isEqualTo(index);
        }
      }
    }
  }
}
