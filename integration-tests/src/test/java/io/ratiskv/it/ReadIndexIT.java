package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reads that come alone: the leader asks the others whether it still leads, and writes nothing.
 * That none of them is stale is {@link StaleReadIT}'s.
 */
class ReadIndexIT {
  private static final int READS = 20;

  /** They are to lead on while the test cuts them off. */
  @RegisterExtension
  final KvCluster cluster =
      KvCluster.of(3).withElectionTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(7));

  @Test
  void readsAloneTakeNoEntry() {
    try (KvClient kv = cluster.client()) {
      kv.put("k", "v");
      readWithoutAnEntry(kv);

      // One of the others is enough.
      cluster.kill(cluster.followers().get(0));
      readWithoutAnEntry(kv);
    }
  }

  /** Again where a proof took too long on a busy machine: the next second's reads take entries. */
  private void readWithoutAnEntry(KvClient kv) {
    Eventually.eventually(
        "reads that add nothing to the log",
        () -> {
          long logged = nextIndex();
          for (int i = 0; i < READS; i++) {
            assertThat(kv.get("k").valueAsString()).isEqualTo("v");
          }
          assertThat(nextIndex()).isEqualTo(logged);
        });
  }

  private long nextIndex() {
    return cluster.division(cluster.leader()).getRaftLog().getNextIndex();
  }

  @Test
  void aLeaderThatIsAloneAnswersNothing() {
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.put("k", "v"));
      String leader = cluster.leader();
      try (RawClient client = cluster.raw(leader)) {
        client.send(Messages.read(1, "k"));
        client.await("an answer", m -> RawClient.answersRead(m, 1));

        // It thinks that it leads, and nobody says so: a read takes an entry, which waits.
        cluster.isolate(leader);
        long logged = cluster.division(leader).getRaftLog().getNextIndex();
        client.send(Messages.read(2, "k"));
        Eventually.until(
            "an entry for the read",
            () -> cluster.division(leader).getRaftLog().getNextIndex() > logged);
        assertThat(client.poll(m -> RawClient.answersRead(m, 2), Duration.ZERO)).isEmpty();

        cluster.heal();
        ServerMessage answer = client.await("an answer", m -> RawClient.answersRead(m, 2));
        assertThat(answer.hasRead() || answer.hasRefusal()).isTrue();
      }
      assertThat(session.read("k")).isEqualTo("v");
    }
  }
}
