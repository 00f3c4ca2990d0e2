package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Servers are stopped and started again on their disks. There is no snapshot here, only the log.
 */
class RestartIT {
  @RegisterExtension final KvCluster cluster = KvCluster.of(3);

  @Test
  void oneAfterTheOtherUnderLoad() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      for (String id : cluster.ids()) {
        load.awaitMore(200);
        cluster.restart(id);
        load.awaitMore(100);
      }
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void allAtOnceReplayTheLogToTheSameState() throws IOException {
    try (RawSession session = new RawSession(cluster)) {
      // Two batches of a session that stays open. (A client of ours would open its own once more
      // when it finds its connection gone, which is another entry.)
      BatchReply first = session.applied(1, 1, Messages.append("raw", "a"));
      BatchReply second = session.applied(2, 1, Messages.append("raw", "b"));
      KvState.Stamp stamp = cluster.awaitEqualDigests();

      // All servers lose their memory; the log brings back what they had, and its digest.
      cluster.restartAll();
      for (String id : cluster.ids()) {
        Eventually.eventually(
            "the state of " + id, () -> assertThat(cluster.state(id).digest()).isEqualTo(stamp));
        assertThat(cluster.state(id).sessions()).isEqualTo(1);
        assertThat(cluster.stateMachine(id).getLatestSnapshot()).isNull();
      }

      // The old batches are known, and the old nonce.
      assertThat(session.applied(1, 1, Messages.append("raw", "a")))
          .isEqualTo(first.toBuilder().setDuplicate(true).build());
      assertThat(session.applied(2, 1, Messages.append("raw", "b")))
          .isEqualTo(second.toBuilder().setDuplicate(true).build());
      assertThat(session.reopen()).isEqualTo(session.id());

      // The session goes on.
      session.applied(3, 3, Messages.append("raw", "c"));
      assertThat(session.read("raw")).isEqualTo("abc");
      assertThat(cluster.awaitEqualDigests().index()).isGreaterThan(stamp.index());
    }
  }

  @Test
  void aClientSleepsThroughARestartOfAll() throws IOException {
    try (KvClient kv = cluster.client()) {
      // It has a session, and nothing under way.
      kv.append("key", "a");
      cluster.restartAll();

      // It finds the new leader, and goes on.
      assertThat(kv.get("key").valueAsString()).isEqualTo("a");
      assertThat(kv.append("key", "b").length()).isEqualTo(2);
      Eventually.eventually(
          "one session, the old one",
          () -> assertThat(cluster.state(cluster.leader()).sessions()).isEqualTo(1));
    }
  }

  @Test
  void allAtOnceUnderLoad() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      load.awaitMore(500);
      cluster.restartAll();
      load.awaitMore(500);
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }
}
