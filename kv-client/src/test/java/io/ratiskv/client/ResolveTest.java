package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.ready;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.fenced;
import static io.ratiskv.client.Messages.refused;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.OperationRefusal;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is unknown becomes a fact. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // The test watches what is sent.
class ResolveTest {
  private static final Resolution NEVER = new Resolution.NeverApplied();

  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client = Harness.scripted(transport).buildAsync();
  private final AsyncKvClient hasty = client.withTimeout(Duration.ofMillis(300));

  /** Whose calls are sent in time though they wait for a stream. */
  private final AsyncKvClient lessHasty = client.withTimeout(Duration.ofSeconds(2));

  private Batch first;

  @AfterEach
  void close() {
    client.close();
  }

  private static RequestId unknown(CompletableFuture<?> call) {
    KvException failure = failure(call, KvException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    RequestId id = failure.requestId().orElseThrow();
    assertThat(failure).hasMessageEndingWith("[UNKNOWN] request " + id);
    return RequestId.parse(id.toString());
  }

  private static Resolution happened(long version) {
    return new Resolution.Applied(version, 1);
  }

  private static void assertLost(CompletableFuture<Resolution> resolve, String why) {
    assertThat(result(resolve))
        .isInstanceOfSatisfying(
            Resolution.Lost.class, lost -> assertThat(lost.why()).contains(why));
  }

  /** A stream on which a put is sent as batch 1 of session 9. */
  private ScriptedTransport.Session sent(CompletableFuture<?> put) {
    assertThat(put).isNotDone();
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    first = stream.takeBatch();
    return stream;
  }

  @Test
  void whatWasNeverSentHasNoId() {
    KvFuture<PutResult> put = hasty.put("k", "v");
    transport.accept();
    KvException failure = failure(put, DeadlineExceededException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.requestId()).isEmpty();
    assertThat(put.requestId()).isEmpty();
    assertThat(failure(hasty.get("k"), DeadlineExceededException.class).requestId()).isEmpty();
  }

  @Test
  void theIdNamesEpochSessionSequenceAndPosition() {
    CompletableFuture<PutResult> a = lessHasty.put("k", "a");
    CompletableFuture<PutResult> b = lessHasty.put("k", "b");
    ScriptedTransport.Session stream = transport.welcome(3);
    stream.open(9);
    stream.takeBatch();
    assertThat(unknown(a)).hasToString("3-9-1-0");
    assertThat(unknown(b)).hasToString("3-9-1-1");
  }

  @Test
  void aBatchThatWasNotAppliedIsFencedAndNeverSentAgain() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    RequestId id = unknown(put);
    CompletableFuture<Resolution> resolve = client.resolve(id);
    Fence fence = stream.takeFence();
    assertThat(fence.getSession()).isEqualTo(9);
    assertThat(fence.getSequence()).isEqualTo(1);
    assertThat(fence.getFingerprint())
        .as("it asks for this batch and no other")
        .isEqualTo(Fingerprint.of(first.getOperations().asReadOnlyByteBuffer()));

    // It is sent again over a new stream, in the place of the batch.
    CompletableFuture<PutResult> next = client.put("k", "next");
    Batch second = stream.takeBatch();
    stream.breakOff();
    ScriptedTransport.Session again = transport.welcome();
    assertThat(again.takeFence()).isEqualTo(fence);
    assertThat(again.takeBatch()).isEqualTo(second);
    again.say(refused(first, Code.OVERLOADED));
    again.say(fenced(fence));
    assertThat(result(resolve)).isEqualTo(NEVER);
    again.say(refused(second, Code.OUT_OF_ORDER));

    // The session goes on with the next number.
    Batch repeated = again.takeBatch();
    assertThat(repeated.getOperations()).isEqualTo(second.getOperations());
    assertThat(repeated.getSequence()).isEqualTo(2);
    assertThat(repeated.getFirstUnanswered()).isEqualTo(2);
    again.say(applied(repeated, 11));
    assertThat(result(next).version()).isEqualTo(11);
    assertThat(result(client.resolve(id))).isEqualTo(NEVER);
    again.assertNothingSent();
  }

  @Test
  void whatWasAppliedIsToldByTheFence() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    RequestId id = unknown(put);
    CompletableFuture<Resolution> resolve = client.resolve(id);
    stream.takeFence();
    stream.say(applied(first, 10));
    assertThat(result(resolve)).isEqualTo(happened(10));
    // The answer to the fence, or that of the batch: one comes after the other.
    stream.say(applied(first, 10));
    assertThat(result(client.resolve(id))).isEqualTo(happened(10));
    stream.assertNothingSent();
  }

  @Test
  void aLateRefusalOfTheBatchChangesNothing() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    CompletableFuture<Resolution> resolve = client.resolve(unknown(put));
    stream.takeFence();
    // The fence came to the log before the batch, whose refusal is the first to be heard.
    stream.say(refused(first, Code.FENCED));
    assertThat(result(resolve)).isEqualTo(NEVER);
    stream.say(fenced(9, 1));
    CompletableFuture<PutResult> next = client.put("k", "next");
    Batch second = stream.takeBatch();
    assertThat(second.getSequence()).isEqualTo(2);
    stream.say(refused(first, Code.FENCED));
    stream.say(applied(second, 11));
    assertThat(result(next).version()).isEqualTo(11);
  }

  @Test
  void aFenceThatIsRefusedForNowIsSentAgainAndTheBatchIsNot() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    CompletableFuture<Resolution> resolve = client.resolve(unknown(put));
    Fence fence = stream.takeFence();
    for (Code code : List.of(Code.OVERLOADED, Code.UNAVAILABLE, Code.OUT_OF_ORDER)) {
      stream.say(refused(fence, code));
      assertThat(stream.takeFence()).isEqualTo(fence);
    }
    stream.say(fenced(fence));
    assertThat(result(resolve)).isEqualTo(NEVER);
  }

  @Test
  void aFenceSaysWhichAnswersTheClientHas() {
    CompletableFuture<PutResult> answered = client.put("k", "v");
    ScriptedTransport.Session stream = sent(answered);
    stream.say(applied(first, 10));
    assertThat(result(answered).version()).isEqualTo(10);

    CompletableFuture<PutResult> put = hasty.put("k", "w");
    assertThat(stream.takeBatch().getSequence()).isEqualTo(2);
    CompletableFuture<Resolution> resolve = client.resolve(unknown(put));
    Fence fence = stream.takeFence();
    // The reply to the first is not needed any more: the servers drop it, and have room.
    assertThat(fence.getSequence()).isEqualTo(2);
    assertThat(fence.getFirstUnanswered()).isEqualTo(2);
    stream.say(fenced(fence));
    assertThat(result(resolve)).isEqualTo(NEVER);
  }

  @Test
  void aBatchIsNotFencedWhileACallerWaitsForIt() {
    CompletableFuture<PutResult> late = lessHasty.put("k", "late");
    CompletableFuture<PutResult> patient = client.put("k", "patient");
    ScriptedTransport.Session stream = sent(patient);
    CompletableFuture<Resolution> resolve = client.resolve(unknown(late));
    // It has a deadline of its own, and tells nothing by failing.
    KvException failure = failure(hasty.resolve(unknown(late)), DeadlineExceededException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure.requestId()).contains(unknown(late));
    stream.assertNothingSent();
    stream.say(applied(first, 10));
    assertThat(result(resolve)).isEqualTo(happened(10));
    assertThat(result(patient).version()).isEqualTo(10);
  }

  @Test
  void aBatchIsFencedWhenTheLastCallerHasGone() {
    CompletableFuture<PutResult> late = lessHasty.put("k", "late");
    CompletableFuture<PutResult> later =
        client.withTimeout(Duration.ofSeconds(4)).put("k", "later");
    ScriptedTransport.Session stream = sent(later);
    CompletableFuture<Resolution> resolve = client.resolve(unknown(late));
    RequestId last = unknown(later);
    stream.say(fenced(stream.takeFence()));
    assertThat(result(resolve)).isEqualTo(NEVER);
    assertThat(result(client.resolve(last))).isEqualTo(NEVER);
  }

  @Test
  void aLateAnswerIsRemembered() {
    CompletableFuture<PutResult> put = lessHasty.put("k", "v");
    CompletableFuture<AppendResult> append = lessHasty.append("k", "too much");
    ScriptedTransport.Session stream = sent(append);
    RequestId id = unknown(put);
    RequestId refused = unknown(append);
    stream.say(
        applied(
            first,
            BatchResult.newBuilder()
                .setVersion(10)
                .addLengths(1)
                .addLengths(1)
                .addRefusals(
                    OperationRefusal.newBuilder()
                        .setPosition(1)
                        .setCode(Code.VALUE_TOO_LARGE)
                        .setActual(1_048_580)
                        .setLimit(1_048_576))
                .build()));
    assertThat(result(client.resolve(id))).isEqualTo(happened(10));
    assertThat(result(client.resolve(refused)))
        .isEqualTo(
            new Resolution.RefusedByLimit(
                "bytes of the value, as it would be", 1_048_580, 1_048_576));
    stream.assertNothingSent();
  }

  @Test
  void soManyLateAnswersAreRememberedAndNoMore() {
    int count = Outcomes.MAX_KEPT + 1;
    List<KvFuture<PutResult>> puts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      puts.add(client.put("k", "v"));
    }
    ScriptedTransport.Session stream = sent(puts.get(0));
    Batch second = stream.takeBatch();
    puts.forEach(put -> put.cancel(false));
    stream.say(applied(first, 10));
    stream.say(applied(second, 11));
    RequestId last = puts.get(count - 1).requestId().orElseThrow();
    assertThat(result(client.resolve(last))).isEqualTo(happened(11));
    RequestId next = puts.get(1).requestId().orElseThrow();
    assertThat(result(client.resolve(next))).isEqualTo(happened(10));
    stream.assertNothingSent();

    // The first was forgotten. The servers may know.
    CompletableFuture<Resolution> forgotten = client.resolve(puts.get(0).requestId().orElseThrow());
    stream.say(refused(stream.takeFence(), Code.STALE));
    assertLost(forgotten, "don't keep its answer");
  }

  @Test
  void ofAnotherClientTheServersAreAsked() {
    CompletableFuture<Resolution> a = client.resolve(RequestId.parse("0-5-7-0"));
    CompletableFuture<Resolution> b = client.resolve(RequestId.parse("0-5-7-1"));
    CompletableFuture<Resolution> beyond = client.resolve(RequestId.parse("0-5-7-2"));
    CompletableFuture<Resolution> never = client.resolve(RequestId.parse("0-5-8-0"));
    ScriptedTransport.Session stream = transport.welcome();
    Fence fence = stream.takeFence();
    assertThat(fence.getSession()).isEqualTo(5);
    assertThat(fence.getSequence()).isEqualTo(7);
    Fence other = stream.takeFence();
    stream.breakOff();

    ScriptedTransport.Session again = transport.welcome();
    assertThat(again.takeFence()).isEqualTo(fence);
    assertThat(again.takeFence()).isEqualTo(other);
    Batch named = Batch.newBuilder().setSession(5).setSequence(7).build();
    again.say(
        applied(
            named, BatchResult.newBuilder().setVersion(10).addLengths(3).addLengths(4).build()));
    assertThat(result(a)).isEqualTo(new Resolution.Applied(10, 3));
    assertThat(result(b)).isEqualTo(new Resolution.Applied(10, 4));
    assertLost(beyond, "no position 2");
    again.say(fenced(other));
    assertThat(result(never)).isEqualTo(NEVER);
    assertThat(result(client.resolve(RequestId.parse("0-5-7-1"))))
        .isEqualTo(new Resolution.Applied(10, 4));
    // It needed no session.
    again.assertNothingSent();
  }

  @Test
  void whatCantBeToldAnyMoreIsLost() {
    CompletableFuture<Resolution> stale = client.resolve(RequestId.parse("0-5-7-0"));
    ScriptedTransport.Session stream = transport.welcome();
    stream.say(refused(stream.takeFence(), Code.STALE));
    assertLost(stale, "don't keep its answer");

    CompletableFuture<Resolution> expired = client.resolve(RequestId.parse("0-6-7-0"));
    stream.say(refused(stream.takeFence(), Code.SESSION_EXPIRED));
    assertLost(expired, "session has ended");

    assertLost(client.resolve(RequestId.parse("1-6-7-0")), "epoch 1, the cluster is in epoch 0");

    CompletableFuture<Resolution> denied = client.resolve(RequestId.parse("0-7-7-0"));
    stream.say(refused(stream.takeFence(), Code.DENIED));
    assertThat(failure(denied, AccessDeniedException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void ofADeadClientWhatIsBeforeIsFencedTooInTheEnd() {
    long start = System.nanoTime();
    CompletableFuture<Resolution> resolve =
        client.withTimeout(Duration.ofSeconds(6)).resolve(RequestId.parse("0-5-7-0"));
    ScriptedTransport.Session stream = transport.welcome();
    Fence fence = stream.takeFence();
    Fence seen = fence;
    while (seen.getSequence() == 7) {
      stream.say(outOfOrder(seen, 6));
      seen = stream.takeFence();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    assertThat(seen.getSequence()).isEqualTo(6);
    stream.say(fenced(seen));
    assertThat(stream.takeFence()).isEqualTo(fence);
    stream.say(fenced(fence));
    assertThat(result(resolve)).isEqualTo(NEVER);
  }

  private static ServerMessage outOfOrder(Fence fence, long next) {
    var refusal =
        Messages.refusal(ClientMessage.newBuilder().setFence(fence).build(), Code.OUT_OF_ORDER);
    return ServerMessage.newBuilder()
        .setRefusal(refusal.setActual(fence.getSequence()).setLimit(next))
        .build();
  }

  @Test
  void aNumberThatTheSessionHasYetToUseIsNotFenced() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = sent(put);
    assertLost(client.resolve(RequestId.parse("0-9-2-0")), "hasn't made");
    stream.assertNothingSent();
    stream.say(applied(first, 10));

    // And what this says is not kept.
    KvFuture<PutResult> next = client.put("k", "next");
    Batch second = stream.takeBatch();
    next.cancel(false);
    stream.say(applied(second, 11));
    assertThat(result(client.resolve(RequestId.parse("0-9-2-0")))).isEqualTo(happened(11));
  }

  @Test
  void afterExpiryTheServersSayThatItIsLost() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = sent(put);
    stream.say(refused(first, Code.SESSION_EXPIRED));
    CompletableFuture<Resolution> resolve = client.resolve(unknown(put));
    stream.say(refused(stream.takeFence(), Code.SESSION_EXPIRED));
    assertLost(resolve, "session has ended");
  }

  @Test
  void anExpiredSessionEndsAResolveThatHasItsBatchFenced() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    CompletableFuture<Resolution> resolve = client.resolve(unknown(put));
    stream.say(refused(stream.takeFence(), Code.SESSION_EXPIRED));
    assertLost(resolve, "session has ended");
    client.put("k", "next");
    stream.open(20);
    assertThat(values(stream.takeBatch())).containsExactly("next");
  }

  @Test
  void somebodyElsesFenceFailsWhoStillWaits() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = sent(put);
    stream.say(refused(first, Code.FENCED));
    KvException failure = failure(put, FencedException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.requestId()).isEmpty();
    client.put("k", "next");
    assertThat(stream.takeBatch().getSequence()).isEqualTo(2);
  }

  @Test
  void inAnotherEpochTheSessionIsGivenUp() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = sent(put);
    CompletableFuture<PutResult> second = client.put("k", "second");
    stream.takeBatch();
    CompletableFuture<PutResult> unsent = client.put("k", "unsent");
    stream.assertNothingSent();
    stream.breakOff();

    ScriptedTransport.Session restored = transport.welcome(1);
    assertThat(failure(put, SessionExpiredException.class)).hasMessageContaining("restored");
    RequestId id = unknown(put);
    assertThat(unknown(second)).hasToString("0-9-2-0");
    restored.open(9);
    Batch batch = restored.takeBatch();
    assertThat(values(batch)).containsExactly("unsent");
    assertThat(batch.getSequence()).isEqualTo(1);
    assertLost(client.resolve(id), "epoch 0");
    // The same number of the same session, in another life.
    restored.say(applied(batch, 4));
    assertThat(result(unsent).version()).isEqualTo(4);
    assertLost(client.resolve(id), "epoch 0");
  }

  @Test
  void anotherEpochEndsAnIdleSessionAndWhatIsRemembered() {
    ScriptedTransport.Session stream = ready(transport, client);
    CompletableFuture<PutResult> put = hasty.put("k", "v");
    first = stream.takeBatch();
    RequestId id = unknown(put);
    stream.say(applied(first, 10));
    assertThat(result(client.resolve(id))).isEqualTo(happened(10));
    stream.breakOff();
    // The write may not be in what was restored.
    CompletableFuture<Resolution> pending = client.resolve(RequestId.parse("0-5-1-0"));
    transport.welcome(1).assertNothingSent();
    assertLost(pending, "epoch 0");
    assertLost(client.resolve(id), "epoch 0");
  }

  @Test
  void aFollowersEpochIsOfNoConcern() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    sent(put).breakOff();
    ScriptedTransport.Session follower = transport.accept();
    ServerMessage.Builder welcome =
        Messages.welcome("c", "n2", Messages.leader("n1", "h1:1")).toBuilder();
    welcome.getWelcomeBuilder().setEpoch(7);
    follower.say(welcome.build());
    ScriptedTransport.Session leader = transport.welcome();
    assertThat(leader.takeBatch()).isEqualTo(first);
    leader.say(applied(first, 10));
    assertThat(result(put).version()).isEqualTo(10);
  }

  @Test
  void resolvesDontNeedWhatTheUnknownHoldsOfTheBudget() {
    ScriptedTransport other = new ScriptedTransport();
    try (AsyncKvClient small = Harness.scripted(other).maxPendingOperations(2).buildAsync()) {
      List<KvFuture<PutResult>> puts =
          IntStream.range(0, 2).mapToObj(i -> small.put("k", "v")).toList();
      ScriptedTransport.Session stream = other.welcome();
      stream.open(9);
      stream.takeBatch();
      puts.forEach(put -> put.cancel(false));
      failure(small.put("k", "v"), OverloadedException.class);

      RequestId id = puts.get(0).requestId().orElseThrow();
      CompletableFuture<Resolution> resolve = small.resolve(id);
      small.resolve(id);
      KvException refused = failure(small.resolve(id), OverloadedException.class);
      assertThat(refused.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(refused.requestId()).contains(id);
      stream.say(fenced(stream.takeFence()));
      assertThat(result(resolve)).isEqualTo(NEVER);
      CompletableFuture<PutResult> next = small.put("k", "v");
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(result(next).version()).isEqualTo(10);
    }
  }

  @Test
  void theSynchronousClientWaits() {
    KvClient sync = new KvClient(hasty);
    assertThatThrownBy(() -> sync.resolve(RequestId.parse("0-5-7-0")))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            failure -> assertThat(failure.requestId()).contains(RequestId.parse("0-5-7-0")));
    CompletableFuture<Resolution> resolve =
        CompletableFuture.supplyAsync(
            () -> new KvClient(client).resolve(RequestId.parse("0-5-8-0")));
    ScriptedTransport.Session stream = transport.welcome();
    Fence fence = stream.takeFence();
    // The other one may have been sent again before its time was over.
    stream.say(fenced(5, 8));
    assertThat(fence.getSession()).isEqualTo(5);
    assertThat(result(resolve)).isEqualTo(NEVER);
  }

  @Test
  void aResolveIsHandledCaseByCase() {
    Resolution.Handler<String> handler =
        new Resolution.Handler<>() {
          @Override
          public String applied(Resolution.Applied applied) {
            return "applied " + applied.version();
          }

          @Override
          public String refusedByLimit(Resolution.RefusedByLimit refused) {
            return "refused " + refused.what();
          }

          @Override
          public String neverApplied(Resolution.NeverApplied never) {
            return "never";
          }

          @Override
          public String lost(Resolution.Lost lost) {
            return "lost " + lost.why();
          }
        };
    assertThat(happened(4).handle(handler)).isEqualTo("applied 4");
    assertThat(new Resolution.RefusedByLimit("x", 2, 1).handle(handler)).isEqualTo("refused x");
    assertThat(NEVER.handle(handler)).isEqualTo("never");
    assertThat(new Resolution.Lost("y").handle(handler)).isEqualTo("lost y");
  }
}
