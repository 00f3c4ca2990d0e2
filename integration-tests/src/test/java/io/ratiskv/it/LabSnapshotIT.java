package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lab's tests SnapshotRPC and SnapshotSize. */
class LabSnapshotIT {
  @RegisterExtension final KvCluster cluster = LabScenario.snapshotting(3);

  /** A server is away for longer than the log is long; then the others need it. */
  @Test
  void snapshotRpc() throws IOException {
    LabPartitions partitions = new LabPartitions(cluster);
    try (KvClient kv = cluster.client()) {
      kv.put("a", "A");
      String away = cluster.followers().get(0);
      String leader = cluster.leader();
      String other =
          cluster.idsBut(away).stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();

      // It goes, and not by a cut: what waited at a cut would still arrive after it.
      long had = cluster.division(away).getRaftLog().getNextIndex();
      cluster.kill(away);
      putUntilPurged(kv, List.of(leader, other), had);
      kv.put("b", "B");
      LabSizes.assertShortLogs(cluster, List.of(leader, other), LabScenario.LOG_FACTOR);

      // Now it makes the majority together with one of them: it has to be sent a snapshot.
      partitions.split(List.of(other));
      cluster.restart(away);
      kv.put("c", "C");
      kv.put("d", "D");
      assertThat(kv.get("a").valueAsString()).isEqualTo("A");
      assertThat(kv.get("b").valueAsString()).isEqualTo("B");
      assertThat(kv.get("1").valueAsString()).isEqualTo("1");
      assertThat(kv.get("49").valueAsString()).isEqualTo("49");
      assertThat(partitions.installs(away)).as("chunks of snapshots").isPositive();

      // All of them again.
      partitions.heal();
      kv.put("e", "E");
      assertThat(kv.get("c").valueAsString()).isEqualTo("C");
      assertThat(kv.get("e").valueAsString()).isEqualTo("E");
      assertThat(kv.get("1").valueAsString()).isEqualTo("1");
      cluster.awaitEqualDigests();
    } finally {
      partitions.close();
    }
  }

  /** Fifty puts, and as many more as it takes; the older of two snapshots still needs its log. */
  private void putUntilPurged(KvClient kv, List<String> ids, long had) {
    for (int i = 0; i < 50 || startOfLog(ids) <= had; i++) {
      assertThat(i).as("puts").isLessThan(1000);
      kv.put(String.valueOf(i), String.valueOf(i));
    }
  }

  private long startOfLog(List<String> ids) {
    return ids.stream()
        .mapToLong(id -> cluster.division(id).getRaftLog().getStartIndex())
        .min()
        .orElseThrow();
  }

  /** One key and one session: old replies are not kept. */
  @Test
  void snapshotSize() throws IOException {
    try (KvClient kv = cluster.client()) {
      for (int i = 0; i < 200; i++) {
        kv.put("x", "0");
        assertThat(kv.get("x").valueAsString()).isEqualTo("0");
        kv.put("x", "1");
        assertThat(kv.get("x").valueAsString()).isEqualTo("1");
      }
      LabSizes.assertSnapshots(cluster);
      LabSizes.assertShortLogs(cluster);
      for (String id : cluster.ids()) {
        assertThat(LabSizes.snapshotBytes(cluster, id)).as("%s", id).isBetween(1L, 500L);
      }
    }
  }
}
