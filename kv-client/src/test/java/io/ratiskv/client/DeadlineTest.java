package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.ready;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.v1.Batch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call ends, and says what is known. */
@Timeout(30)
class DeadlineTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  private final ScriptedTransport transport = new ScriptedTransport();
  private final KvClient client = Harness.scripted(transport).maxPendingOperations(20).build();
  private final AsyncKvClient async = client.async();
  private final AsyncKvClient hasty = async.withTimeout(SHORT);

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aWriteThatWasNeverSentIsTakenBack() {
    CompletableFuture<PutResult> late = hasty.put("k", "late");
    CompletableFuture<PutResult> inTime = async.put("k", "in time");
    ScriptedTransport.Session stream = transport.accept();
    DeadlineExceededException failure = failure(late, DeadlineExceededException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure).hasMessageContaining("put: no answer within 300 ms");

    stream.say(Messages.welcome());
    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(values(batch)).containsExactly("in time");
    stream.say(applied(batch, 10));
    assertThat(result(inTime).version()).isEqualTo(10);
  }

  @Test
  void aWriteThatWasSentIsUnknownAndItsBatchGoesOn() {
    ScriptedTransport.Session stream = ready(transport, async);
    CompletableFuture<PutResult> late = hasty.put("k", "late");
    Batch batch = stream.takeBatch();
    assertThat(failure(late, DeadlineExceededException.class).outcome()).isEqualTo(Outcome.UNKNOWN);

    CompletableFuture<PutResult> next = async.put("k", "next");
    assertThat(stream.takeBatch().getSequence()).isEqualTo(2);
    stream.breakOff();
    ScriptedTransport.Session again = transport.welcome();
    assertThat(again.takeBatch()).isEqualTo(batch);
    again.say(applied(batch, 10));
    again.say(applied(again.takeBatch(), 11));
    assertThat(result(next).version()).isEqualTo(11);
  }

  @Test
  void aReadHasNoEffectWhetherSentOrNot() {
    ScriptedTransport.Session stream = ready(transport, async);
    CompletableFuture<GetResult> late = hasty.get("k");
    stream.takeRead();
    assertThat(failure(late, DeadlineExceededException.class).outcome())
        .isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void theMessageTellsWhatWentWrong() {
    var unused = async.get("k");
    transport.accept().say(Messages.welcomeWithoutLeader());
    assertThat(failure(hasty.get("k"), DeadlineExceededException.class))
        .hasMessageContaining("knows no leader");
  }

  @Test
  void tooManyPendingCallsAreRefusedAtOnce() {
    AsyncKvClient lessHasty = async.withTimeout(Duration.ofSeconds(2));
    List<KvFuture<PutResult>> admitted =
        IntStream.range(0, 20).mapToObj(i -> lessHasty.put("k", "v" + i)).toList();
    OverloadedException failure = failure(async.put("k", "v"), OverloadedException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure).hasMessageContaining("20");
    assertThatThrownBy(() -> client.get("k")).isInstanceOf(OverloadedException.class);

    // Whatever fails makes room again, unless it was sent and is still to be answered.
    admitted.forEach(put -> failure(put, DeadlineExceededException.class));
    List<KvFuture<PutResult>> sent =
        IntStream.range(0, 20).mapToObj(i -> lessHasty.put("k", "w" + i)).toList();
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    sent.forEach(
        put ->
            assertThat(failure(put, DeadlineExceededException.class).outcome())
                .isEqualTo(Outcome.UNKNOWN));
    failure(async.put("k", "v"), OverloadedException.class);
    stream.say(applied(batch, 10));
    CompletableFuture<PutResult> admittedNow = async.put("k", "v");
    stream.say(applied(stream.takeBatch(), 11));
    assertThat(result(admittedNow).version()).isEqualTo(11);
  }

  @Test
  void theSyncClientThrowsWithTheCallersStack() {
    assertThatThrownBy(() -> client.withTimeout(SHORT).put("k", "v"))
        .isInstanceOf(DeadlineExceededException.class)
        .satisfies(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(DeadlineTest.class.getName())));
  }

  @Test
  void anInterruptEndsTheWaitAndIsKept() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.put("k", "v"))
        .isInstanceOf(KvInterruptedException.class)
        .satisfies(
            thrown -> assertThat(((KvException) thrown).outcome()).isEqualTo(Outcome.NOT_APPLIED));
    assertThat(Thread.interrupted()).isTrue();

    ScriptedTransport.Session stream = transport.welcome();
    stream.assertNothingSent();
    CompletableFuture<PutResult> next = async.put("k", "next");
    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(values(batch)).containsExactly("next");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> client.put("k", "sent"))
        .satisfies(
            thrown -> assertThat(((KvException) thrown).outcome()).isEqualTo(Outcome.UNKNOWN));
    assertThat(Thread.interrupted()).isTrue();
    stream.say(applied(batch, 10));
    assertThat(result(next).version()).isEqualTo(10);
  }

  @Test
  void aCallWaitsAboutAsLongAsItMay() {
    long start = System.nanoTime();
    failure(hasty.get("k"), DeadlineExceededException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(SHORT, SHORT.plusSeconds(8));
  }
}
