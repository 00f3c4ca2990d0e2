package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.PutResult;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lab's test OnePartition: the leader and one more are cut off from the three others. */
class LabPartitionIT {
  @RegisterExtension final KvCluster cluster = LabScenario.neverSnapshotting(5);

  @Test
  void onePartition() throws Exception {
    LabSeed.run("OnePartition", this::onePartition);
  }

  private void onePartition(long seed) throws Exception {
    LabPartitions partitions = new LabPartitions(cluster);
    try (KvClient all = cluster.client()) {
      all.put("1", "13");
      String old = cluster.leader();
      List<String> side = partitions.splitOffLeaderAndOne(old, new Random(seed));
      List<String> majority = cluster.ids().stream().filter(id -> !side.contains(id)).toList();
      Eventually.until(
          "a leader of the majority",
          () -> cluster.presentLeader().filter(majority::contains).isPresent());
      try (KvClient many = client(majority);
          KvClient few = client(side)) {
        // Progress in the majority …
        many.put("1", "14");
        assertThat(many.get("1").valueAsString()).isEqualTo("14");

        // … and none in the minority, while the majority goes on, …
        CompletableFuture<PutResult> put = few.async().put("1", "15");
        CompletableFuture<GetResult> get = few.async().get("1");
        assertThatThrownBy(() -> CompletableFuture.anyOf(put, get).get(1, TimeUnit.SECONDS))
            .isInstanceOf(TimeoutException.class);
        assertThat(many.get("1").valueAsString()).isEqualTo("14");
        many.put("1", "16");
        assertThat(many.get("1").valueAsString()).isEqualTo("16");
        assertThat(put).isNotDone();
        assertThat(get).isNotDone();

        // … which finishes its calls once it has been healed. The lab grants them 3 s.
        partitions.heal();
        put.get(Eventually.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        get.get(Eventually.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(get.join().valueAsString()).isIn("15", "16");
        assertThat(all.get("1").valueAsString()).isEqualTo("15");
      }
    } finally {
      partitions.close();
    }
  }

  private KvClient client(List<String> ids) {
    return KvClient.builder()
        .endpoints(ids.stream().map(cluster::endpoint).toList())
        .cluster(KvCluster.NAME)
        .timeout(Eventually.PATIENCE)
        .build();
  }
}
