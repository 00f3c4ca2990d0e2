package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many clients at once. */
class ManyClientsIT {
  private static final int CLIENTS = 16;
  private static final int TOKENS_EACH = 1000;

  @RegisterExtension final KvCluster cluster = KvCluster.of(3);

  @Test
  void sixteenClientsAppendAndEachTokenStandsOnce() {
    long entriesBefore = cluster.info(cluster.leader()).getLastAppliedIndex();
    try (AppendLoad load = AppendLoad.start(CLIENTS, TOKENS_EACH, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      // All of them append to a shared key and to their own.
      load.awaitEnd();
      assertThat(load.failures()).isEmpty();
      assertThat(load.acknowledged()).isEqualTo((long) CLIENTS * TOKENS_EACH);

      // Each token stands once, at the place that was answered, each client's in its order.
      load.verify(reader);
      cluster.awaitEqualDigests();

      // Group commit: several operations shared an entry.
      long entries = cluster.info(cluster.leader()).getLastAppliedIndex() - entriesBefore;
      assertThat(entries).isLessThan(CLIENTS * TOKENS_EACH / 2);
    }
  }
}
