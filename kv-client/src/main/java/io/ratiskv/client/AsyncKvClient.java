package io.ratiskv.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A client of a Ratis KV cluster whose calls never block. Safe for any number of threads; one
 * client for a whole application is the intended use, since calls of all threads travel together.
 *
 * <p>Writes take effect in the order in which they were called, and a get sees every write that was
 * called before it, whether or not that was answered yet. (Calls that threads make at the same time
 * are in some order.) A get may also see a write that was called after it.
 *
 * <p>Each future is completed, by the call's deadline and a few hundredths of a second at most,
 * with a result or a {@link KvException}; never with the exception's wrapper. Callbacks run on the
 * {@link KvClientBuilder#callbackExecutor callback executor}, or on the thread that closes the
 * client. To cancel a future {@linkplain KvFuture#cancel undoes nothing}: what was sent goes on.
 *
 * <p>Arrays are copied at the call.
 */
public final class AsyncKvClient implements AutoCloseable {
  private final Engine engine;
  private final long timeoutNanos;
  private final long closeTimeoutNanos;

  AsyncKvClient(Engine engine, long timeoutNanos, long closeTimeoutNanos) {
    this.engine = engine;
    this.timeoutNanos = timeoutNanos;
    this.closeTimeoutNanos = closeTimeoutNanos;
  }

  /** Names the cluster and the bounds. */
  public static KvClientBuilder builder() {
    return new KvClientBuilder();
  }

  /**
   * The same client, with another deadline for the calls that are made through what is returned. To
   * close one is to close both.
   *
   * @param timeout more than zero
   */
  public AsyncKvClient withTimeout(Duration timeout) {
    return new AsyncKvClient(
        engine, KvClientBuilder.positiveNanos(timeout, "timeout"), closeTimeoutNanos);
  }

  /** Reads a key, with nothing missing that anybody was told had been written. */
  public CompletableFuture<GetResult> get(byte[] key) {
    return submit(() -> Calls.get(key, timeoutNanos, false));
  }

  /** As {@link #get(byte[])}, with the key in UTF-8. */
  public CompletableFuture<GetResult> get(String key) {
    return get(Calls.utf8(key, "key"));
  }

  /** Sets a key's value. Takes effect once, however often it has to be sent. */
  public KvFuture<PutResult> put(byte[] key, byte[] value) {
    return submit(() -> Calls.put(key, value, timeoutNanos, false));
  }

  /** As {@link #put(byte[], byte[])}, with key and value in UTF-8. */
  public KvFuture<PutResult> put(String key, String value) {
    return put(Calls.utf8(key, "key"), Calls.utf8(value, "value"));
  }

  /**
   * Puts bytes at the end of a key's value, which is empty where there is no such key. Takes effect
   * once, however often it has to be sent.
   */
  public KvFuture<AppendResult> append(byte[] key, byte[] value) {
    return submit(() -> Calls.append(key, value, timeoutNanos, false));
  }

  /** As {@link #append(byte[], byte[])}, with key and value in UTF-8. */
  public KvFuture<AppendResult> append(String key, String value) {
    return append(Calls.utf8(key, "key"), Calls.utf8(value, "value"));
  }

  /**
   * Makes a fact of what is unknown: the write's result if it took effect, else that it never will,
   * for from now on the servers refuse it. To ask again gives the same answer.
   *
   * <p>The id may be of a write that this client made, or any other with the same principal. If the
   * write travelled with others, they share its fate. Where calls of this client still wait for one
   * of those, so does the resolve; the calls of another client are not considered: they fail with a
   * {@link FencedException}. So a write of another client should be resolved when that client has
   * ended, or has reported the write as unknown. If requests that it made before this one are
   * unsettled after half of the time, they are fenced too.
   *
   * <p>The servers keep an answer only until the client that made the request has it, and that
   * client the last 1,024 which came after its caller had gone. Later, and after the session has
   * expired or the cluster was restored, the write is {@link Resolution.Lost}.
   *
   * <p>A resolve that fails leaves the write {@code UNKNOWN}, and can be called again.
   */
  public CompletableFuture<Resolution> resolve(RequestId id) {
    return submit(() -> Calls.resolve(id, timeoutNanos, false));
  }

  /**
   * Refuses new calls, and waits for those that were made, at most for the close timeout; what has
   * no answer by then fails. The session is ended, unless the outcome of some write is unknown:
   * then the servers keep it until it expires, so that another client can resolve the write. An
   * interrupt ends the wait at once. Closing again does nothing.
   */
  @Override
  public void close() {
    engine.close(closeTimeoutNanos);
  }

  private <R> KvFuture<R> submit(Supplier<PendingCall<R>> maker) {
    try {
      PendingCall<R> call = maker.get();
      engine.submit(call);
      return call.future();
    } catch (KvException e) {
      return KvFuture.failed(e);
    }
  }

  Engine engine() {
    return engine;
  }

  long timeoutNanos() {
    return timeoutNanos;
  }
}
