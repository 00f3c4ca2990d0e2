package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.found;
import static io.ratiskv.client.Messages.refused;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.OperationRefusal;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent again, and what is not. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // The test watches what is sent.
class RetryTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client = Harness.scripted(transport).buildAsync();

  private CompletableFuture<PutResult> a;
  private CompletableFuture<PutResult> b;
  private Batch first;
  private Batch second;

  @AfterEach
  void close() {
    client.close();
  }

  /** Two batches, a and b, are on the stream. */
  private ScriptedTransport.Session twoBatches() {
    a = client.put("k", "a");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    first = stream.takeBatch();
    b = client.put("k", "b");
    second = stream.takeBatch();
    return stream;
  }

  @Test
  void aLateAnswerThatNamesAnEarlierSessionIsNotBelieved() {
    CompletableFuture<PutResult> put = client.put("k", "a");
    ScriptedTransport.Session stream = transport.welcome();
    OpenSession open = stream.takeOpen();
    stream.say(Messages.opened(open.getNonce(), 9));
    Batch batch = stream.takeBatch();
    stream.say(applied(batch, 10));
    assertThat(result(put).version()).isEqualTo(10);

    stream.say(Messages.opened(open.getNonce(), 7));
    client.put("k", "b");
    Batch next = stream.takeBatch();
    assertThat(next.getSession()).isEqualTo(9);
    assertThat(next.getSequence()).isEqualTo(2);
  }

  @Test
  void afterTheStreamBrokeTheSameBytesGoUnderTheSameNumbersInOrder() {
    ScriptedTransport.Session stream = twoBatches();
    CompletableFuture<GetResult> get = client.get("k");
    Read read = stream.takeRead();
    stream.breakOff();

    ScriptedTransport.Session next = transport.welcome();
    assertThat(next.takeBatch()).isEqualTo(first);
    assertThat(next.takeBatch()).isEqualTo(second);
    Read again = next.takeRead();
    assertThat(again.getKeysList()).isEqualTo(read.getKeysList());
    assertThat(again.getAfterSequence()).isEqualTo(2);

    // The old stream can't answer any more.
    stream.say(applied(first, 99));
    stream.say(found(read, 0, List.of("old")));
    next.say(applied(first, 10));
    next.say(applied(second, 11));
    next.say(found(again, 0, List.of("b")));
    assertThat(result(a).version()).isEqualTo(10);
    assertThat(result(b).version()).isEqualTo(11);
    assertThat(result(get).valueAsString()).isEqualTo("b");
    assertThat(stream.isCancelled()).isTrue();
  }

  @Test
  void anOpenThatWasNotAnsweredIsRepeatedWithItsNonce() {
    a = client.put("k", "a");
    ScriptedTransport.Session stream = transport.welcome();
    OpenSession open = stream.takeOpen();
    stream.breakOff();
    ScriptedTransport.Session next = transport.welcome();
    assertThat(next.takeOpen()).isEqualTo(open);
    next.say(Messages.opened(open.getNonce(), 9));
    next.say(applied(next.takeBatch(), 10));
    assertThat(result(a).version()).isEqualTo(10);
  }

  @Test
  void whatAnOverloadedServerRefusedIsSentAgainInOrder() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(refused(first, Code.OVERLOADED));
    stream.say(refused(second, Code.OUT_OF_ORDER));
    Batch repeated = stream.takeBatch();
    assertThat(repeated).isEqualTo(first);
    assertThat(stream.takeBatch()).isEqualTo(second);
    stream.say(applied(first, 10));
    stream.say(applied(second, 11));
    assertThat(result(a).version()).isEqualTo(10);
    assertThat(result(b).version()).isEqualTo(11);
  }

  @Test
  void whatFollowsARefusedBatchIsSentAgainWithIt() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(refused(first, Code.OVERLOADED));
    assertThat(stream.takeBatch()).isEqualTo(first);
    assertThat(stream.takeBatch()).isEqualTo(second);
    // What the second was refused before is heard late: it goes once more, and does no harm.
    stream.say(refused(second, Code.OUT_OF_ORDER));
    assertThat(stream.takeBatch()).isEqualTo(second);
    stream.say(applied(first, 10));
    stream.say(applied(second, 11));
    stream.say(applied(second, 11));
    assertThat(result(a).version()).isEqualTo(10);
    assertThat(result(b).version()).isEqualTo(11);
  }

  @Test
  void nothingNewOvertakesARefusedBatch() {
    Tuning slow = new Tuning(1L << 40, 1L << 40, 5_000_000, 2_000_000_000L, 2_000_000_000L);
    ScriptedTransport other = new ScriptedTransport();
    try (AsyncKvClient slowClient = Harness.scripted(other).tuning(slow).buildAsync()) {
      slowClient.put("k", "a");
      ScriptedTransport.Session stream = other.welcome();
      stream.open(9);
      Batch refused = stream.takeBatch();
      stream.say(refused(refused, Code.OVERLOADED));
      slowClient.put("k", "b");
      slowClient.get("k");
      stream.assertNothingSent();
      assertThat(stream.takeBatch()).isEqualTo(refused);
      assertThat(values(stream.takeBatch())).containsExactly("b");
      assertThat(stream.takeRead().getAfterSequence()).isEqualTo(2);
    }
  }

  @Test
  void aReadOutOfOrderIsAskedAgain() {
    ScriptedTransport.Session stream = twoBatches();
    CompletableFuture<GetResult> get = client.get("k");
    ClientMessage read = stream.take();
    stream.say(refused(read, Code.OUT_OF_ORDER));
    Read again = stream.takeRead();
    assertThat(again.getId()).isNotEqualTo(read.getRead().getId());
    stream.say(found(read.getRead(), 0, List.of("late")));
    stream.say(found(again, 0, List.of("b")));
    assertThat(result(get).valueAsString()).isEqualTo("b");
  }

  @Test
  void afterExpiryWhatWasSentIsUnknownAndWhatWasNotGoesOnInANewSession() {
    ScriptedTransport.Session stream = twoBatches();
    CompletableFuture<PutResult> unsent = client.put("k", "c");
    stream.assertNothingSent();
    stream.say(refused(first, Code.SESSION_EXPIRED));
    stream.say(refused(second, Code.SESSION_EXPIRED));

    assertThat(failure(a, SessionExpiredException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure(b, SessionExpiredException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
    stream.open(20);
    Batch batch = stream.takeBatch();
    assertThat(batch.getSession()).isEqualTo(20);
    assertThat(batch.getSequence()).isEqualTo(1);
    assertThat(values(batch)).containsExactly("c");
    stream.say(applied(batch, 21));
    assertThat(result(unsent).version()).isEqualTo(21);
  }

  @Test
  void aSessionThatExpiredWhileItWasIdleCostsNoWrite() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(applied(first, 10));
    stream.say(applied(second, 11));
    stream.breakOff();
    // Without being asked to, since a session is kept by being used.
    ScriptedTransport.Session next = transport.welcome();
    OpenSession open = next.takeOpen();
    CompletableFuture<PutResult> put = client.put("k", "c");
    next.assertNothingSent();
    next.say(Messages.opened(open.getNonce(), 30));
    Batch batch = next.takeBatch();
    assertThat(batch.getSession()).isEqualTo(30);
    assertThat(batch.getSequence()).isEqualTo(1);
    next.say(applied(batch, 31));
    assertThat(result(put).version()).isEqualTo(31);
  }

  @Test
  void tooManySessionsFailsTheWaitingWritesAndNoReads() {
    a = client.put("k", "a");
    CompletableFuture<GetResult> get = client.get("k");
    ScriptedTransport.Session stream = transport.welcome();
    ClientMessage open = stream.take();
    stream.say(
        ServerMessage.newBuilder()
            .setRefusal(
                Messages.refusal(open, Code.TOO_MANY_SESSIONS).setActual(10_000).setLimit(10_000))
            .build());
    OverloadedException failure = failure(a, OverloadedException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure).hasMessageContaining("TOO_MANY_SESSIONS").hasMessageContaining("10000");
    stream.say(found(stream.takeRead(), 0, List.of("v")));
    assertThat(result(get).found()).isTrue();
    // The next write tries again.
    b = client.put("k", "b");
    stream.open(9);
    stream.say(applied(stream.takeBatch(), 10));
    assertThat(result(b).version()).isEqualTo(10);
  }

  @Test
  void anOperationThatWasRefusedFailsAlone() {
    a = client.put("k", "a");
    CompletableFuture<AppendResult> append = client.append("k", "too much");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    stream.say(
        applied(
            batch,
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
    assertThat(result(a).version()).isEqualTo(10);
    LimitExceededException failure = failure(append, LimitExceededException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.actual()).isEqualTo(1_048_580);
    assertThat(failure.limit()).isEqualTo(1_048_576);
  }

  @Test
  void aBatchThatIsRefusedForGoodEndsItsSession() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(refused(first, Code.MALFORMED));
    assertThat(failure(a, ProtocolException.class).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure(b, SessionExpiredException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
    // It is not closed: what is unknown in it may be asked about.
    stream.assertNothingSent();
    client.put("k", "c");
    stream.open(20);
    assertThat(values(stream.takeBatch())).containsExactly("c");
  }

  @Test
  void aBatchThatWasSentTwiceMayHaveBeenAppliedTheFirstTime() {
    twoBatches().breakOff();
    ScriptedTransport.Session next = transport.welcome();
    next.takeBatch();
    next.takeBatch();
    next.say(refused(first, Code.DENIED));
    // So the answer is left to the fence.
    Fence fence = next.takeFence();
    assertThat(next.takeBatch()).isEqualTo(second);
    next.say(applied(first, 10));
    assertThat(fence.getSequence()).isEqualTo(1);
    assertThat(result(a).version()).isEqualTo(10);
  }

  @Test
  void resultsThatDontMatchAreAProtocolError() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(applied(first, BatchResult.newBuilder().setVersion(10).build()));
    assertThat(failure(a, ProtocolException.class).outcome()).isEqualTo(Outcome.UNKNOWN);

    CompletableFuture<GetResult> get = client.get("k");
    Read read = stream.takeRead();
    stream.say(found(read, 0, List.of("one", "too many")));
    assertThat(failure(get, ProtocolException.class).outcome()).isEqualTo(Outcome.NOT_APPLIED);
    stream.say(applied(second, 11));
    assertThat(result(b).version()).isEqualTo(11);
  }

  @Test
  void answersThatWereNotAskedForAreIgnored() {
    ScriptedTransport.Session stream = twoBatches();
    stream.say(ServerMessage.getDefaultInstance());
    stream.say(applied(first.toBuilder().setSession(8).build(), 1));
    stream.say(applied(first.toBuilder().setSequence(7).build(), 1));
    stream.say(refused(first.toBuilder().setSequence(7).build(), Code.MALFORMED));
    stream.say(found(Read.newBuilder().setId(77).build(), 0, List.of("v")));
    stream.say(applied(first, 10));
    stream.say(applied(first, 12));
    assertThat(result(a).version()).isEqualTo(10);
    assertThat(stream.unconsumed()).isZero();
  }
}
