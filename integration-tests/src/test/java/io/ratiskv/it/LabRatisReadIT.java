package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.Bytes;
import io.ratiskv.statemachine.core.Value;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The counter-proof of {@link StaleReadIT}: in the same partitions Ratis's own linearizable read
 * does answer from the past. Without it, that no stale read was seen there could mean that the
 * scenario shows none.
 *
 * <p>If this test fails, Ratis may have been repaired (see {@code ReadIndexHeartbeats}): then its
 * read is worth another look, and this test may go.
 */
class LabRatisReadIT {
  private static final Logger LOG = LoggerFactory.getLogger(LabRatisReadIT.class);

  /** Nearly each shows it, as the old leader has confirmed a read at its index just before. */
  private static final int MOST_PARTITIONS = 12;

  private static final int READS_EACH = 40;
  private static final Bytes KEY = Bytes.utf8("x");

  /** As in {@link StaleReadIT}. */
  @RegisterExtension
  final KvCluster cluster =
      KvCluster.of(3)
          .withElectionTimeouts(Duration.ofMillis(500), Duration.ofMillis(2500))
          .withRatisLinearizableReads();

  private final ClientId clientId = ClientId.randomId();

  @Test
  void ratissLinearizableReadGoesStaleWhereOursDoesNot() {
    int stale = 0;
    int reads = 0;
    int partitions = 0;
    try (RawSession session = new RawSession(cluster)) {
      session.applied(1, 1, Messages.put("x", "1"));
      for (int n = 2; stale == 0 && partitions < MOST_PARTITIONS; n++) {
        List<String> seen = partition(session, n);
        partitions++;
        reads += seen.size();
        String old = String.valueOf(n - 1);
        stale += (int) seen.stream().filter(old::equals).count();
      }
    }
    LOG.warn(
        "{} partitions, {} reads of Ratis's at the old leader, {} stale", partitions, reads, stale);
    assertThat(stale)
        .as(
            "stale reads in %d partitions; if there are none, Ratis may have repaired its"
                + " linearizable read",
            partitions)
        .isPositive();
  }

  /**
   * Cuts the leader off, has the next one acknowledge another value, and has the old one read as
   * Ratis does.
   *
   * @return what those reads saw that began after the acknowledgement
   */
  private List<String> partition(RawSession session, int n) {
    String old = cluster.leader();
    cluster.awaitEqualDigests();
    // One that is confirmed, by heart-beats: what Ratis remembers of it is the fault.
    read(old).join();
    List<String> seen = new ArrayList<>();
    List<String> rest = cluster.idsBut(old);
    try (RawClient one = cluster.raw(rest.get(0));
        RawClient other = cluster.raw(rest.get(1))) {
      cluster.isolate(old);
      String next = cluster.leaderOtherThan(old);
      RawClient there = next.equals(rest.get(0)) ? one : other;
      ServerMessage written = there.write(session.id(), n, n, Messages.put("x", String.valueOf(n)));
      if (written.hasApplied()) {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (int i = 0; i < READS_EACH && cluster.info(old).isLeader(); i++) {
          answers.add(
              read(old)
                  .handle(
                      (value, failure) -> {
                        if (failure == null) {
                          synchronized (seen) {
                            seen.add(value);
                          }
                        }
                        return null;
                      }));
        }
        cluster.heal();
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).join();
      } else {
        cluster.heal();
        session.applied(n, n, Messages.put("x", String.valueOf(n)));
      }
    } finally {
      cluster.heal();
    }
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /**
   * Ratis's read, as its own clients have it done, and then the value as of its answer: what a
   * state machine that is asked within it sees is no newer.
   */
  private CompletableFuture<String> read(String server) {
    RaftServer.Division division = cluster.division(server);
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(clientId)
            .setServerId(division.getId())
            .setGroupId(division.getGroup().getGroupId())
            .setCallId(CallId.getAndIncrement())
            .setMessage(Message.EMPTY)
            .setType(RaftClientRequest.readRequestType())
            .build();
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = ((RaftClientAsynchronousProtocol) division).submitClientRequestAsync(request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
    return reply.thenApply(
        answer -> {
          if (!answer.isSuccess()) {
            throw new CompletionException(answer.getException());
          }
          return value(server);
        });
  }

  private String value(String server) {
    Value found = cluster.state(server).get(KEY);
    return found == null ? "" : found.toByteString().toStringUtf8();
  }
}
