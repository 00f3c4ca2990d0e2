package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The leader ends while clients write. */
class LeaderDeathIT {
  @RegisterExtension final KvCluster cluster = KvCluster.of(3);

  @Test
  void nothingIsLostOrTwiceAndClientsGoOn() throws IOException {
    try (AppendLoad load = AppendLoad.start(6, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      for (int round = 0; round < 3; round++) {
        // Writes are under way.
        load.awaitMore(300);

        // The leader ends; the clients find the next one by themselves.
        String dead = cluster.leader();
        cluster.kill(dead);
        assertThat(cluster.leaderOtherThan(dead)).isNotEqualTo(dead);
        load.awaitMore(300);

        // The dead one comes back, and catches up while writes go on.
        cluster.restart(dead);
        load.awaitMore(100);
      }
      load.stop();

      // No call failed, and each token stands once.
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void withoutAMajorityNothingIsAcknowledgedAndNothingIsLost() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      load.awaitMore(200);

      // Two of three end: the third can't commit.
      String leader = cluster.leader();
      cluster.followers().forEach(cluster::kill);
      Eventually.until(
          "that the leader gives up its office", () -> !cluster.info(leader).isLeader());
      long stopped = load.acknowledged();

      // With one back the calls that were pending end well.
      cluster.restart(cluster.idsBut(leader).get(0));
      load.awaitMore(200);
      assertThat(load.acknowledged()).isGreaterThan(stopped);
      cluster.restart(cluster.idsBut(leader).get(1));
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }
}
