package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitterTest {
  private final FakeRaft raft = new FakeRaft();
  private final FakeClient client = new FakeClient();
  private Committer committer = committer(ServiceLimits.DEFAULT);

  private Committer committer(ServiceLimits limits) {
    return new Committer(limits, raft, raft, raft, raft);
  }

  @BeforeEach
  void start() {
    committer.start(raft);
  }

  @AfterEach
  void close() throws InterruptedException {
    committer.close(Duration.ofMillis(1));
  }

  @Test
  void aLoneWriteIsSubmittedAtOnce() throws Exception {
    offer(client.open(1));

    raft.apply(raft.next());

    assertThat(client.sent()).hasSize(1);
    assertThat(client.sent().get(0).getOpened().getSession()).isEqualTo(1);
  }

  @Test
  void whoeverMayWaitForRaftSubmitsItHimself() throws Exception {
    assertThat(committer.offerAndSubmit(client.open(1))).isNull();

    assertThat(raft.submitter()).isSameAs(Thread.currentThread());
    raft.apply(raft.next());
    assertThat(client.sent()).hasSize(1);
  }

  @Test
  void whatHasToWaitIsSubmittedByNobodyWhoBroughtIt() throws Exception {
    FakeRaft.Submitted underWay = submitted(client.open(1));
    assertThat(committer.offerAndSubmit(client.open(2))).isNull();

    raft.apply(underWay);

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(1);
    assertThat(raft.submitter()).isNotSameAs(Thread.currentThread());
  }

  /** Else they could get into the log in another order. */
  @Test
  void onlyOneThreadAtATimeSubmits() throws Exception {
    CompletableFuture<Void> go = raft.keepsWaiting();
    CompletableFuture<Void> first =
        CompletableFuture.runAsync(() -> committer.offerAndSubmit(large(1)));
    assertNobodyElseSubmitsUntil(go);
    first.get(10, TimeUnit.SECONDS);
  }

  @Test
  void norDoesAnotherBesideTheCommittersOwn() throws Exception {
    CompletableFuture<Void> go = raft.keepsWaiting();
    offer(large(1));
    assertNobodyElseSubmitsUntil(go);
  }

  private void assertNobodyElseSubmitsUntil(CompletableFuture<Void> go)
      throws InterruptedException {
    await().until(() -> raft.submitter() != null);
    Thread holder = raft.submitter();

    offer(large(2));
    assertThat(committer.offerAndSubmit(large(3))).isNull();

    assertThat(raft.submitter()).isSameAs(holder);
    go.complete(null);
    assertThat(sequences(raft.next())).containsExactly(1L);
    assertThat(sequences(raft.next())).containsExactly(2L, 3L);
  }

  private static List<Long> sequences(FakeRaft.Submitted submitted) {
    return submitted.entry().getCommandsList().stream()
        .map(command -> command.getBatch().getSequence())
        .toList();
  }

  @Test
  void whatComesWhileAnEntryIsUnderWaySharesTheNext() throws Exception {
    FakeRaft.Submitted underWay = submitted(client.open(1));
    for (int i = 100; i < 110; i++) {
      offer(client.open(i));
    }
    assertThat(raft.nothingSubmitted()).as("no second entry").isTrue();

    raft.apply(underWay);

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(10);
  }

  @Test
  void muchDoesNotWaitForTheEntryThatIsUnderWayUpToABound() throws Exception {
    fillThePipe();
    offer(large(99));
    assertThat(raft.nothingSubmitted()).as("no fifth entry").isTrue();
  }

  /** Its clock stands still, so that nothing but their coming ends the wait. */
  @Test
  void anEntryWaitsForThoseWhoWereJustAnswered() throws Exception {
    AtomicLong clock = new AtomicLong();
    committer = new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft, clock::get);
    committer.start(raft);
    FakeRaft.Submitted underWay = submitted(client.open(1));
    offer(client.open(2));
    clock.set(Duration.ofMillis(2).toNanos());
    raft.apply(underWay);

    offer(client.open(3));

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(2);
  }

  @Test
  void itWaitsNoLongerThanTheEntryBeforeTook() throws Exception {
    AtomicLong clock = new AtomicLong();
    committer = new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft, clock::get);
    committer.start(raft);
    FakeRaft.Submitted underWay = submitted(client.open(1));
    offer(client.open(2));
    clock.set(Duration.ofMillis(2).toNanos());
    raft.apply(underWay);

    clock.set(Duration.ofMillis(4).toNanos());

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(1);
  }

  @Test
  void aReadDoesNotRideOnAnEntryThatWasSubmittedBeforeIt() throws Exception {
    offer(client.open(1));
    FakeRaft.Submitted before = raft.next();
    offer(client.read(7, "k"));

    raft.apply(before);
    assertThat(client.sent()).as("the open alone").hasSize(1);
    FakeRaft.Submitted barrier = raft.next();
    raft.apply(barrier);

    assertThat(barrier.entry().getCommandsCount()).isZero();
    assertThat(client.sent().get(1).getRead().getId()).isEqualTo(7);
  }

  @Test
  void readsAloneHaveOneBarrierUnderWayAtATime() throws Exception {
    offer(client.read(1, "k"));
    FakeRaft.Submitted first = raft.next();
    offer(client.read(2, "k"));
    offer(client.read(3, "k"));
    assertThat(raft.nothingSubmitted()).isTrue();

    raft.apply(first);
    raft.apply(raft.next());

    assertThat(client.sent()).extracting(m -> m.getRead().getId()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aReadIsAnsweredBetweenTheWritesThatItStandsBetween() throws Exception {
    offer(client.open(1));
    raft.apply(raft.next());
    long session = client.sent().get(0).getOpened().getSession();
    FakeRaft.Submitted underWay = submitted(client.open(2));

    offer(client.put(session, 1, "k", "one"));
    offer(client.read(1, "k"));
    offer(client.put(session, 2, "k", "two"));
    offer(client.read(2, "k"));
    raft.apply(underWay);
    FakeRaft.Submitted shared = raft.next();
    assertThat(shared.entry().getCommandsCount()).isEqualTo(2);
    raft.apply(shared);

    assertThat(client.sent().stream().filter(ServerMessage::hasRead))
        .extracting(m -> m.getRead().getResults(0).getValue().toStringUtf8())
        .containsExactly("one", "two");
  }

  @Test
  void aReadThatNeedsABatchWhichIsNotAppliedIsRefused() throws Exception {
    offer(client.open(1));
    raft.apply(raft.next());
    long session = client.sent().get(0).getOpened().getSession();

    offer(
        new Request.Reading(
            client.stream(),
            Read.newBuilder()
                .setId(5)
                .addKeys(ByteString.copyFromUtf8("k"))
                .setSession(session)
                .setAfterSequence(1)
                .build(),
            10));
    raft.apply(raft.next());

    Refusal refusal = client.sent().get(1).getRefusal();
    assertThat(refusal.getCode()).isEqualTo(Code.OUT_OF_ORDER);
    assertThat(refusal.getRead()).isEqualTo(5);
  }

  @Test
  void anEntryIsBoundedByItsBytes() throws Exception {
    List<FakeRaft.Submitted> underWay = fillThePipe();
    String half = "x".repeat(Limits.MAX_ENTRY_BYTES / 2 - 10_000);
    for (int i = 1; i <= 3; i++) {
      offer(client.put(1, i, "k", half));
    }

    raft.apply(underWay.get(0));

    FakeRaft.Submitted first = raft.next();
    assertThat(first.entry().getCommandsCount()).isEqualTo(2);
    assertThat(first.message().getContent().size()).isLessThan(Limits.MAX_ENTRY_BYTES);
  }

  @Test
  void beyondItsBoundsItRefusesAtOnce() throws Exception {
    committer = committer(new ServiceLimits(2, 1_000, 10, 4));

    assertThat(committer.offer(client.open(1))).isNull();
    assertThat(committer.offer(client.put(1, 1, "k", "x".repeat(2_000))))
        .satisfies(
            refusal -> {
              assertThat(refusal.getCode()).isEqualTo(Code.OVERLOADED);
              assertThat(refusal.getLimit()).isEqualTo(1_000);
            });
    assertThat(committer.offer(client.open(2))).isNull();
    assertThat(committer.offer(client.open(3)))
        .satisfies(refusal -> assertThat(refusal.getLimit()).isEqualTo(2));
  }

  @Test
  void anEntryThatMayBeInTheLogWhenTheOfficeIsLostIsUnknown() throws Exception {
    offer(client.open(1));
    FakeRaft.Submitted submitted = raft.next();

    raft.loseOffice();
    raft.giveUp(submitted);

    await().until(() -> !client.sent().isEmpty());
    Refusal refusal = client.sent().get(0).getRefusal();
    assertThat(refusal.getCode()).isEqualTo(Code.NOT_LEADER);
    assertThat(refusal.getUnknown()).isTrue();
    assertThat(refusal.getLeader().getEndpoint()).isEqualTo("127.0.0.1:7002");
  }

  @Test
  void anEntryThatNeverGotIntoTheLogIsNot() throws Exception {
    raft.loseOffice();
    offer(client.open(1));

    await().until(() -> !client.sent().isEmpty());
    assertThat(client.sent().get(0).getRefusal().getUnknown()).isFalse();
  }

  @Test
  void aLeaderThatHandsItsOfficeOnSaysSo() throws Exception {
    raft.handOfficeOn();
    offer(client.open(1));

    await().until(() -> !client.sent().isEmpty());
    Refusal refusal = client.sent().get(0).getRefusal();
    assertThat(refusal.getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(refusal.getMessage()).isEqualTo("the leader is handing its office on");
    assertThat(refusal.getUnknown()).isFalse();
  }

  @Test
  void eachIsAnsweredOnceWhicheverComesFirst() throws Exception {
    offer(client.open(1));
    FakeRaft.Submitted submitted = raft.next();

    raft.giveUp(submitted);
    await().until(() -> !client.sent().isEmpty());
    raft.state().apply(1, submitted.entry().toByteArray(), submitted.message().listener());

    assertThat(client.sent()).hasSize(1);
  }

  /** Ratis 3.3.0 does that where an office is lost while the entry is being applied. */
  @Test
  void anEntryThatWasAppliedHasNoPlaceUnderWayThoughRatisNeverAnswers() throws Exception {
    for (FakeRaft.Submitted submitted : fillThePipe()) {
      raft.applyAndForget(submitted);
    }

    offer(client.open(99));

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(1);
  }

  @Test
  void atTheEndWhatWaitsIsRefused() throws Exception {
    fillThePipe();
    offer(client.open(99));

    committer.close(Duration.ofMillis(1));

    assertThat(client.sent()).hasSize(1);
    assertThat(client.sent().get(0).getRefusal().getCode()).isEqualTo(Code.UNAVAILABLE);
    assertThat(committer.offer(client.open(100))).isNotNull();
  }

  /** Whatever he does meanwhile: the committer's lock is not his. */
  @Test
  void whoIsRefusedAtTheEndHoldsNobodyUp() throws Exception {
    fillThePipe();
    offer(client.open(99));
    CompletableFuture<Committer.Load> asked = new CompletableFuture<>();
    client.whenSent(
        () ->
            asked.complete(
                CompletableFuture.supplyAsync(committer::load)
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join()));

    committer.close(Duration.ofMillis(1));

    assertThat(asked.join().waiting()).isZero();
  }

  /** Nobody would be answered any more. */
  @Test
  void whereItsThreadDiesTheServerEnds() throws Exception {
    raft.failWith(new OutOfMemoryError("too large"));
    offer(client.open(1));
    assertThat(raft.nextFatal()).startsWith("SERVICE_FAILED: requests can't be taken to Raft: ");
  }

  @Test
  void andWhereAnotherDiesThatSubmits() throws Exception {
    raft.failWith(new OutOfMemoryError("too large"));
    assertThatThrownBy(() -> committer.offerAndSubmit(client.open(1))).hasMessage("too large");
    assertThat(raft.nextFatal()).startsWith("SERVICE_FAILED: requests can't be taken to Raft: ");
  }

  /** As many entries under way as there may be. */
  private List<FakeRaft.Submitted> fillThePipe() throws InterruptedException {
    List<FakeRaft.Submitted> underWay = new ArrayList<>();
    for (int i = 0; i < ServiceLimits.DEFAULT.entriesInFlight(); i++) {
      underWay.add(submitted(large(1000 + i)));
    }
    return underWay;
  }

  /** In an entry that is under way. */
  private FakeRaft.Submitted submitted(Request request) throws InterruptedException {
    offer(request);
    return raft.next();
  }

  /** So much that it doesn't wait for others to be applied. */
  private Request large(long sequence) {
    return client.put(1, sequence, "k", "x".repeat(256 << 10));
  }

  private void offer(Request request) {
    assertThat(committer.offer(request)).isNull();
  }
}
