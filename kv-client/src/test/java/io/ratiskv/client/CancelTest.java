package io.ratiskv.client;

import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.fenced;
import static io.ratiskv.client.Messages.found;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Batch;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** To cancel ends the wait and undoes nothing. */
@Timeout(30)
class CancelTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client =
      Harness.scripted(transport).maxPendingOperations(2).buildAsync();

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void whatWasNotSentIsWithdrawn() {
    KvFuture<PutResult> cancelled = client.put("k", "cancelled");
    CompletableFuture<PutResult> kept = client.put("k", "kept");
    ScriptedTransport.Session stream = transport.welcome();
    CompletableFuture<String> after =
        cancelled.handle((put, failure) -> failure.getClass().getSimpleName());
    assertThat(cancelled.cancel(true)).isTrue();
    assertThat(cancelled).isCancelled();
    assertThat(cancelled.requestId()).isEmpty();
    assertThat(result(after)).isEqualTo(CancellationException.class.getSimpleName());
    assertThat(cancelled.cancel(true)).isTrue();

    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(values(batch)).containsExactly("kept");
    stream.say(applied(batch, 10));
    assertThat(result(kept).version()).isEqualTo(10);
    assertThat(cancelled).isCancelled();

    // Nothing of the budget is left with it.
    CompletableFuture<PutResult> a = client.put("k", "a");
    Batch second = stream.takeBatch();
    CompletableFuture<PutResult> b = client.put("k", "b");
    Batch third = stream.takeBatch();
    stream.say(applied(second, 11));
    stream.say(applied(third, 12));
    result(a);
    result(b);
  }

  @Test
  void whatWasSentGoesOnAndCanBeResolved() {
    KvFuture<PutResult> cancelled = client.put("k", "cancelled");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    assertThat(cancelled.cancel(true)).isTrue();
    RequestId id = cancelled.requestId().orElseThrow();
    assertThat(id).hasToString("0-9-1-0");
    stream.breakOff();
    ScriptedTransport.Session again = transport.welcome();
    assertThat(again.takeBatch()).isEqualTo(batch);
    again.say(applied(batch, 10));
    assertThat(result(client.resolve(id))).isEqualTo(new Resolution.Applied(10, 1));
    assertThat(cancelled).isCancelled();
  }

  @Test
  void aCallThatTheUserCompletedIsNobodysToWaitFor() {
    KvFuture<PutResult> timedOut = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    stream.takeBatch();
    result(timedOut.completeOnTimeout(new PutResult(-1), 1, TimeUnit.MILLISECONDS));
    CompletableFuture<Resolution> resolve = client.resolve(timedOut.requestId().orElseThrow());
    stream.say(fenced(stream.takeFence()));
    assertThat(result(resolve)).isEqualTo(new Resolution.NeverApplied());
  }

  @Test
  void anAnswerThatWasQuickerIsKept() {
    ExecutorService pool = Executors.newSingleThreadExecutor();
    CompletableFuture<Void> go = new CompletableFuture<>();
    pool.execute(go::join);
    try (AsyncKvClient slow = Harness.scripted(transport).callbackExecutor(pool).buildAsync()) {
      KvFuture<PutResult> put = slow.put("k", "v");
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(put.cancel(true)).isFalse();
      go.complete(null);
      assertThat(result(put).version()).isEqualTo(10);
      assertThat(put.cancel(true)).isFalse();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void readsAndResolvesAreCancelledToo() {
    CompletableFuture<GetResult> cancelled = client.get("a");
    CompletableFuture<GetResult> kept = client.get("b");
    CompletableFuture<Resolution> resolve = client.resolve(RequestId.parse("0-5-7-0"));
    ScriptedTransport.Session stream = transport.accept();
    assertThat(cancelled.cancel(true)).isTrue();
    assertThat(resolve.cancel(true)).isTrue();
    stream.say(Messages.welcome());
    var read = stream.takeRead();
    assertThat(read.getKeysCount()).isEqualTo(1);
    stream.say(found(read, 0, List.of("v")));
    assertThat(result(kept).valueAsString()).isEqualTo("v");
    stream.assertNothingSent();
  }

  @Test
  void aRefusedCallHasNothingToCancel() {
    AsyncKvClient closed = Harness.scripted(new ScriptedTransport()).buildAsync();
    closed.close();
    KvFuture<PutResult> put = closed.put("k", "v");
    assertThat(put.cancel(true)).isFalse();
    KvFuture<PutResult> wrong = closed.put("", "v");
    assertThat(wrong.cancel(true)).isFalse();
    assertThat(wrong.requestId()).isEmpty();
  }
}
