package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ratiskv.protocol.v1.Batch;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing is left open. */
@Timeout(30)
@SuppressWarnings("FutureReturnValueIgnored") // The test watches what is sent.
class CloseTest {
  /** Leaves futures to the close: it need not wait then for a thread that is completing one. */
  private static final Executor NOT_NOW = task -> {};

  private final ScriptedTransport transport = new ScriptedTransport();

  @Test
  void closeWaitsForWhatIsInFlightAndEndsTheSession() {
    AsyncKvClient client =
        Harness.scripted(transport)
            .callbackExecutor(NOT_NOW)
            .closeTimeout(Duration.ofSeconds(20))
            .buildAsync();
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(client::close);
    stream.say(applied(batch, 10));
    assertThat(stream.take().getClose().getSession()).isEqualTo(9);
    stream.say(Messages.closed(9));
    result(closing);
    assertThat(put).isCompletedWithValue(new PutResult(10));
    await().until(stream::isCancelled);
  }

  @Test
  void whatIsNotAnsweredFailsAndSaysWhatIsKnown() {
    AsyncKvClient client = Harness.scripted(transport).callbackExecutor(NOT_NOW).buildAsync();
    CompletableFuture<PutResult> sent = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    stream.takeBatch();
    client.put("k", "v");
    CompletableFuture<PutResult> unsent = client.put("k", "v");
    CompletableFuture<GetResult> read = client.get("k");
    client.close();

    assertThat(sent).isDone();
    assertThat(unsent).isDone();
    assertThat(read).isDone();
    assertThat(failure(sent, ClientClosedException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(failure(unsent, ClientClosedException.class).outcome())
        .isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure(read, ClientClosedException.class).outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void aSessionOfWhichSomethingIsUnknownIsLeftForOthersToResolve() {
    AsyncKvClient client =
        Harness.scripted(transport).closeTimeout(Duration.ofSeconds(20)).buildAsync();
    KvFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    stream.takeBatch();
    put.cancel(false);
    client.close();
    stream.assertNothingSent();
  }

  @Test
  void afterACloseCallsFailAtOnceAndNothingIsSent() {
    KvClient client = Harness.scripted(transport).build();
    client.close();
    client.close();
    assertThat(failure(client.async().put("k", "v"), ClientClosedException.class).outcome())
        .isEqualTo(Outcome.NOT_APPLIED);
    assertThatThrownBy(() -> client.get("k")).isInstanceOf(ClientClosedException.class);
    assertThat(transport.isIdle()).isTrue();
  }

  @Test
  void anInterruptEndsTheWait() {
    AsyncKvClient client =
        Harness.scripted(transport).closeTimeout(Duration.ofSeconds(20)).buildAsync();
    CompletableFuture<GetResult> read = client.get("k");
    Thread.currentThread().interrupt();
    client.close();
    assertThat(Thread.interrupted()).isTrue();
    failure(read, ClientClosedException.class);
  }

  @Test
  void theClientsThreadEnds() {
    AsyncKvClient client = Harness.scripted(transport).buildAsync();
    client.get("k");
    client.close();
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .noneMatch(thread -> thread.getName().startsWith("ratiskv-client-")));
  }
}
