package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.statemachine.SnapshotInfo;

/** How much servers keep on their disks. */
final class LabSizes {
  private LabSizes() {}

  /** Every server keeps a log of no more than eight times what triggers a snapshot. */
  static void assertShortLogs(KvCluster cluster) {
    assertShortLogs(cluster, cluster.ids(), LabScenario.LOG_FACTOR);
  }

  /** A log is purged by the writes that come after a snapshot, so there are some. */
  static void assertShortLogs(KvCluster cluster, List<String> ids, int factor) {
    long most = (long) factor * LabScenario.TRIGGER_BYTES;
    try (KvClient kv = cluster.client()) {
      for (String id : ids) {
        Eventually.eventually(
            "a short log of " + id,
            () -> {
              if (cluster.logBytes(id) > most) {
                kv.put("more", "");
              }
              assertThat(cluster.logBytes(id))
                  .as("the log of %s: %s", id, cluster.segments(id))
                  .isLessThanOrEqualTo(most);
            });
      }
    }
  }

  static void assertNoSnapshots(KvCluster cluster) {
    for (String id : cluster.ids()) {
      assertThat(cluster.stateMachine(id).getLatestSnapshot()).as("snapshot of %s", id).isNull();
    }
  }

  static void assertSnapshots(KvCluster cluster) {
    for (String id : cluster.ids()) {
      Eventually.until(
          "a snapshot of " + id, () -> cluster.stateMachine(id).getLatestSnapshot() != null);
    }
  }

  /** The size of a server's latest snapshot; 0 if there is none. */
  static long snapshotBytes(KvCluster cluster, String id) throws IOException {
    SnapshotInfo snapshot = cluster.stateMachine(id).getLatestSnapshot();
    long bytes = 0;
    if (snapshot != null) {
      for (FileInfo file : snapshot.getFiles()) {
        bytes += Files.size(file.getPath());
      }
    }
    return bytes;
  }
}
