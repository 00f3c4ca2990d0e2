package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads that take no log entry, where it is proven without one that nobody else has led. */
class CommitterReadsTest {
  private final FakeRaft raft = new FakeRaft();
  private final FakeClient client = new FakeClient();
  private final AtomicLong clock = new AtomicLong();
  private final Committer committer =
      new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft, clock::get);

  @BeforeEach
  void start() {
    raft.provesReads();
    committer.start(raft);
  }

  @AfterEach
  void close() throws InterruptedException {
    committer.close(Duration.ofMillis(1));
  }

  @Test
  void readsThatWaitAloneTakeNoEntry() throws Exception {
    offer(client.read(1, "k"));

    raft.nextProof().accept(0);

    assertThat(reads()).containsExactly(1L);
    assertThat(raft.nothingSubmitted()).isTrue();
  }

  @Test
  void aReadIsNotAnsweredByAProofThatBeganBeforeItCame() throws Exception {
    offer(client.read(1, "k"));
    LongConsumer before = raft.nextProof();
    offer(client.read(2, "k"));
    offer(client.read(3, "k"));
    assertThat(raft.nothingToProve()).as("one at a time").isTrue();

    before.accept(0);
    assertThat(reads()).containsExactly(1L);
    raft.nextProof().accept(0);

    assertThat(reads()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void whereNothingIsProvenTheyTakeAnEntry() throws Exception {
    offer(client.read(1, "k"));
    raft.nextProof().accept(ReadProver.NOT_PROVEN);
    FakeRaft.Submitted barrier = raft.next();
    assertThat(reads()).isEmpty();

    raft.apply(barrier);
    assertThat(reads()).containsExactly(1L);

    // The next one is tried without again.
    offer(client.read(2, "k"));
    raft.nextProof().accept(raft.index());
    assertThat(reads()).containsExactly(1L, 2L);
  }

  /** What had been acknowledged when they came may be committed, and not applied here. */
  @Test
  void theyDoNotSeeAStateThatIsBehindTheIndex() throws Exception {
    offer(client.read(1, "k"));
    raft.nextProof().accept(raft.index() + 1);
    FakeRaft.Submitted barrier = raft.next();
    assertThat(reads()).isEmpty();

    raft.apply(barrier);
    assertThat(reads()).containsExactly(1L);
  }

  @Test
  void whatTheirClientWroteBeforeIsAppliedFirst() throws Exception {
    offer(client.open(1));
    FakeRaft.Submitted written = raft.next();
    offer(client.read(1, "k"));
    assertThat(raft.nothingToProve()).as("no proof beside an entry").isTrue();

    raft.apply(written);
    raft.nextProof().accept(raft.index());

    assertThat(reads()).containsExactly(1L);
  }

  /** Else they could see what their client wrote after them. */
  @Test
  void aWriteTakesAlongTheReadsBeforeIt() throws Exception {
    offer(client.open(1));
    raft.apply(raft.next());
    long session = client.sent().get(0).getOpened().getSession();
    offer(client.read(1, "k"));
    LongConsumer late = raft.nextProof();
    offer(client.put(session, 1, "k", "v"));
    clock.addAndGet(Duration.ofMillis(2).toNanos());
    FakeRaft.Submitted entry = raft.next();

    late.accept(raft.index());
    assertThat(reads()).as("the entry has them").isEmpty();
    raft.apply(entry);

    List<ServerMessage> answers = client.sent().stream().filter(ServerMessage::hasRead).toList();
    assertThat(answers).hasSize(1);
    assertThat(answers.get(0).getRead().getResults(0).getFound()).isFalse();
  }

  @Test
  void aProofOfWhichNothingIsHeardIsGivenUp() throws Exception {
    offer(client.read(1, "k"));
    LongConsumer lost = raft.nextProof();

    clock.addAndGet(Duration.ofMillis(100).toNanos());
    raft.apply(raft.next());
    assertThat(reads()).containsExactly(1L);
    lost.accept(0);
    assertThat(reads()).containsExactly(1L);

    // For a second the next ones don't even try.
    offer(client.read(2, "k"));
    raft.apply(raft.next());
    clock.addAndGet(Duration.ofSeconds(1).toNanos());
    offer(client.read(3, "k"));
    raft.nextProof().accept(raft.index());
    assertThat(reads()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void oneThatCannotBeAnsweredCostsTheOthersNothing() throws Exception {
    FakeClient other = new FakeClient();
    offer(client.read(1, "k"));
    LongConsumer first = raft.nextProof();
    other.breaks();
    offer(other.read(1, "k"));
    offer(client.read(2, "k"));
    first.accept(0);

    raft.nextProof().accept(0);

    assertThat(reads()).containsExactly(1L, 2L);
    assertThat(other.failure()).hasMessageContaining("a request could not be answered");
    assertThat(committer.load().requests()).isZero();
  }

  @Test
  void moreThanAnEntryTakesAreProvenInSeveralRounds() throws Exception {
    int several = 2 * RequestQueue.MAX_ENTRY_REQUESTS + 1;
    offer(client.read(1, "k"));
    LongConsumer first = raft.nextProof();
    for (int id = 2; id <= several + 1; id++) {
      offer(client.read(id, "k"));
    }
    first.accept(0);

    List<Integer> answered = new ArrayList<>();
    while (reads().size() <= several) {
      raft.nextProof().accept(0);
      answered.add(reads().size() - 1);
    }
    assertThat(answered)
        .containsExactly(
            RequestQueue.MAX_ENTRY_REQUESTS, 2 * RequestQueue.MAX_ENTRY_REQUESTS, several);
  }

  @Test
  void whereTheOthersCannotEvenBeAskedTheyTakeAnEntry() throws Exception {
    Committer failing =
        new Committer(
            ServiceLimits.DEFAULT,
            raft,
            raft,
            raft,
            done -> {
              throw new IllegalStateException("no address");
            });
    failing.start(raft);
    try {
      for (long id = 1; id <= 2; id++) {
        assertThat(failing.offer(client.read(id, "k"))).isNull();
        raft.apply(raft.next());
      }
    } finally {
      failing.close(Duration.ofMillis(1));
    }
    assertThat(reads()).containsExactly(1L, 2L);
  }

  @Test
  void atTheEndThoseWhoseProofIsUnderWayAreRefused() throws Exception {
    offer(client.read(1, "k"));
    LongConsumer late = raft.nextProof();

    committer.close(Duration.ofMillis(1));
    late.accept(0);

    assertThat(client.sent()).hasSize(1);
    assertThat(client.sent().get(0).hasRefusal()).isTrue();
  }

  private void offer(Request request) {
    assertThat(committer.offer(request)).isNull();
  }

  private List<Long> reads() {
    return client.sent().stream()
        .filter(ServerMessage::hasRead)
        .map(answer -> answer.getRead().getId())
        .toList();
  }
}
