package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.PutResult;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that don't hear each other, and clients that reach both sides. */
class PartitionIT {
  private static final int PARTITIONS = 5;

  @RegisterExtension final KvCluster cluster = KvCluster.of(3);

  @Test
  void writesPendingAtTheOldLeaderHappenOnceOrNever() {
    int refusedAsUnknown = 0;
    try (RawSession session = new RawSession(cluster)) {
      String expected = "";
      for (int n = 1; n <= PARTITIONS; n++) {
        String old = cluster.leader();
        String token = "<" + n + ">";
        try (RawClient stranded = cluster.raw(old)) {
          // The leader is cut off, and then takes a write.
          cluster.isolate(old);
          stranded.send(Messages.batch(session.id(), n, n, Messages.append("log", token)));

          // It is never told that it happened.
          String next = cluster.leaderOtherThan(old);
          assertThat(next).isNotEqualTo(old);
          Optional<ServerMessage> early =
              stranded.poll(ServerMessage::hasApplied, Duration.ofMillis(1));
          assertThat(early).isEmpty();
          ServerMessage answer = stranded.answer(session.id(), n);
          assertThat(answer.getRefusal().getCode()).isEqualTo(Code.NOT_LEADER);
          refusedAsUnknown += answer.getRefusal().getUnknown() ? 1 : 0;

          // After the partition the same batch goes to the new leader: it happens, and once.
          cluster.heal();
          BatchReply reply = session.applied(n, n, Messages.append("log", token));
          expected += token;
          assertThat(reply.getResult().getLengthsList()).containsExactly(expected.length());

          // Its client, which may not have heard of that, sends it again.
          assertThat(session.applied(n, n, Messages.append("log", token)))
              .isEqualTo(reply.toBuilder().setDuplicate(true).build());
          assertThat(session.read("log")).isEqualTo(expected);
        } finally {
          cluster.heal();
        }
      }
      // What had gone into the old leader's log was not called refused for good.
      assertThat(refusedAsUnknown).isPositive();
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void callsToTheMinorityEndWhenThePartitionEnds() {
    try (KvClient all = cluster.client()) {
      all.put("k", "before");
      String old = cluster.leader();
      try (KvClient minority =
          KvClient.builder()
              .endpoints(cluster.endpoint(old))
              .timeout(Eventually.PATIENCE)
              .build()) {
        // A client that knows the leader alone is cut off with it.
        assertThat(minority.get("k").valueAsString()).isEqualTo("before");
        cluster.isolate(old);
        CompletableFuture<AppendResult> append = minority.async().append("minority", "x");
        CompletableFuture<GetResult> get = minority.async().get("k");

        // The majority goes on.
        PutResult put = all.put("k", "after");
        assertThat(all.get("k").version()).isEqualTo(put.version());
        Eventually.until(
            "that the old leader gives up its office", () -> !cluster.info(old).isLeader());
        assertThat(append).isNotDone();
        assertThat(get).isNotDone();

        // With the network whole, both calls end: nothing was lost, and the read is fresh.
        cluster.heal();
        assertThat(append.join().length()).isEqualTo(1);
        assertThat(get.join().valueAsString()).isEqualTo("after");
        assertThat(all.get("minority").valueAsString()).isEqualTo("x");
      } finally {
        cluster.heal();
      }
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void aFollowerThatWasCutOffDisturbsNobody() {
    try (AppendLoad load = AppendLoad.start(3, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      load.awaitMore(100);
      String follower = cluster.followers().get(0);
      cluster.isolate(follower);
      load.awaitMore(300);

      // It stands for election in vain, and without making its term grow.
      Eventually.until(
          "that it misses its leader", () -> cluster.info(follower).getLeaderId() == null);
      long term = cluster.info(cluster.leader()).getCurrentTerm();
      load.awaitMore(300);
      assertThat(cluster.info(follower).getCurrentTerm()).isLessThanOrEqualTo(term);

      // Back again it catches up.
      cluster.heal();
      load.awaitMore(100);
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }

  @Test
  void aLeaderThatNobodyHearsIsReplaced() {
    try (AppendLoad load = AppendLoad.start(3, cluster::asyncClient);
        KvClient reader = cluster.client()) {
      load.awaitMore(100);

      // One way only: it still hears the others.
      String mute = cluster.leader();
      cluster.silence(mute);
      cluster.leaderOtherThan(mute);
      load.awaitMore(200);

      cluster.heal();
      load.awaitMore(100);
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      cluster.awaitEqualDigests();
    }
  }
}
