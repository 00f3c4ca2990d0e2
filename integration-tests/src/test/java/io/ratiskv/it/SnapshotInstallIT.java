package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server that was away for too long is sent a snapshot, and then is as good as any. */
class SnapshotInstallIT {
  @RegisterExtension
  final KvCluster cluster =
      KvCluster.of(3, new SnapshotPolicy(32 << 10, SnapshotPolicy.NEVER), 8 << 10);

  @Test
  void aFollowerThatWasAwayPastThePurge() throws IOException {
    aServerCatchesUpByASnapshot(false);
  }

  /**
   * To wipe a voter is not an operation that we offer: it forgets what it voted for and
   * acknowledged. Here it forces an install into an empty server.
   */
  @Test
  void aServerThatIsEmpty() throws IOException {
    aServerCatchesUpByASnapshot(true);
  }

  private void aServerCatchesUpByASnapshot(boolean wiped) throws IOException {
    try (AppendLoad load = AppendLoad.start(3, cluster::asyncClient);
        KvClient reader = cluster.client();
        RawSession session = new RawSession(cluster)) {
      // A batch is applied everywhere, another one while a follower is away.
      BatchReply first = session.applied(1, 1, Messages.append("key", "a"));
      String away = cluster.followers().get(0);
      cluster.kill(away);
      BatchReply second = session.applied(2, 1, Messages.append("key", "b"));

      // Writes go on until the log begins behind what the follower has.
      for (String id : cluster.idsBut(away)) {
        Eventually.until(
            "that " + id + " has purged what " + away + " lacks",
            () ->
                cluster.division(id).getRaftLog().getStartIndex()
                    > second.getResult().getVersion());
      }

      // It comes back while writes go on, and is sent a snapshot.
      if (wiped) {
        cluster.wipeAndRestart(away);
      } else {
        cluster.restart(away);
      }
      Eventually.until("an installed snapshot", () -> cluster.installs(away) > 0);
      load.awaitMore(300);
      load.stop();
      cluster.awaitEqualDigests();
      assertThat(load.failures()).isEmpty();

      // It leads: what it knows of the old batches came by the snapshot.
      cluster.elect(away);
      assertThat(session.applied(1, 1, Messages.append("key", "a")))
          .isEqualTo(first.toBuilder().setDuplicate(true).build());
      assertThat(session.applied(2, 1, Messages.append("key", "b")))
          .isEqualTo(second.toBuilder().setDuplicate(true).build());
      session.applied(3, 3, Messages.append("key", "c"));
      assertThat(session.read("key")).isEqualTo("abc");
      load.verify(reader);

      // It also starts again from what it was sent.
      cluster.restart(away);
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void aFollowerThatWasCutOffPastThePurge() {
    try (AppendLoad load = AppendLoad.start(3, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      // It runs on, with its own state, which the snapshot replaces.
      load.awaitMore(100);
      String away = cluster.followers().get(0);
      cluster.isolate(away);
      // The second time: also what it was sent meanwhile, which may still arrive.
      for (int i = 0; i < 2; i++) {
        long sent = cluster.division(cluster.leader()).getRaftLog().getNextIndex();
        for (String id : cluster.idsBut(away)) {
          Eventually.until(
              "that " + id + " has purged what " + away + " lacks",
              () -> cluster.division(id).getRaftLog().getStartIndex() > sent);
        }
      }
      cluster.heal();
      Eventually.until("an installed snapshot", () -> cluster.installs(away) > 0);
      load.awaitMore(300);
      load.stop();
      cluster.awaitEqualDigests();

      // It serves.
      cluster.elect(away);
      load.verify(reader);
      assertThat(load.failures()).isEmpty();
    }
  }
}
