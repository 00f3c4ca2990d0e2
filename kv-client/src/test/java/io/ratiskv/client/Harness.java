package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.OpenSession;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What the tests of the client share. */
final class Harness {
  /** Quick to lose patience, where a test waits for that. */
  static final Tuning HASTY =
      Tuning.of(
          Duration.ofMillis(500),
          Duration.ofMillis(900),
          Duration.ofMillis(5),
          Duration.ofMillis(1),
          Duration.ofMillis(20));

  /** Never loses patience, so that only the test decides. */
  static final Tuning PATIENT =
      Tuning.of(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMillis(5),
          Duration.ofMillis(1),
          Duration.ofMillis(5));

  private Harness() {}

  static KvClientBuilder scripted(ScriptedTransport transport) {
    return KvClient.builder()
        .endpoints("h1:1", "h2:2")
        .transport(() -> transport)
        .tuning(PATIENT)
        .closeTimeout(Duration.ofMillis(50));
  }

  /**
   * A stream with session 9 on which nothing is under way: the next call is sent in the same step
   * that takes it on, so that its deadline can't come before.
   */
  static ScriptedTransport.Session ready(ScriptedTransport transport, AsyncKvClient client) {
    KvFuture<PutResult> neverSent = client.put("k", "never sent");
    ScriptedTransport.Session stream = transport.welcome();
    OpenSession open = stream.takeOpen();
    neverSent.cancel(false);
    stream.say(Messages.opened(open.getNonce(), 9));
    return stream;
  }

  static <T> T result(CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** The future's own exception, of the type that is expected. */
  static <E extends KvException> E failure(CompletableFuture<?> future, Class<E> type) {
    try {
      Object value = future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("no failure but " + value);
    } catch (ExecutionException e) {
      assertThat(e.getCause()).isInstanceOf(type);
      return type.cast(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }
}
