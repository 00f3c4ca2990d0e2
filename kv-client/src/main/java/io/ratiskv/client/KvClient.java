package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * A client of a Ratis KV cluster whose calls wait for their answers. Safe for any number of
 * threads; one client for a whole application is the intended use, since calls of all threads
 * travel together.
 *
 * <p>Every call returns or throws by its deadline and a few hundredths of a second at most. What it
 * throws is a {@link KvException}, with the caller's stack, or for a null or malformed argument a
 * {@link NullPointerException} or {@link IllegalArgumentException}.
 */
public final class KvClient implements AutoCloseable {
  private final AsyncKvClient async;
  private final Engine engine;
  private final long timeoutNanos;

  KvClient(AsyncKvClient async) {
    this.async = async;
    this.engine = async.engine();
    this.timeoutNanos = async.timeoutNanos();
  }

  /** Names the cluster and the bounds. */
  public static KvClientBuilder builder() {
    return new KvClientBuilder();
  }

  /** The same client, for calls that don't wait. To close one is to close both. */
  public AsyncKvClient async() {
    return async;
  }

  /**
   * The same client, with another deadline for the calls that are made through what is returned. To
   * close one is to close both.
   *
   * @param timeout more than zero
   */
  public KvClient withTimeout(Duration timeout) {
    return new KvClient(async.withTimeout(timeout));
  }

  /** Reads a key, with nothing missing that anybody was told had been written. */
  public GetResult get(byte[] key) {
    return await(Calls.get(key, timeoutNanos, true));
  }

  /** As {@link #get(byte[])}, with the key in UTF-8. */
  public GetResult get(String key) {
    return get(Calls.utf8(key, "key"));
  }

  /** Sets a key's value. Takes effect once, however often it has to be sent. */
  public PutResult put(byte[] key, byte[] value) {
    return await(Calls.put(key, value, timeoutNanos, true));
  }

  /** As {@link #put(byte[], byte[])}, with key and value in UTF-8. */
  public PutResult put(String key, String value) {
    return put(Calls.utf8(key, "key"), Calls.utf8(value, "value"));
  }

  /**
   * Puts bytes at the end of a key's value, which is empty where there is no such key. Takes effect
   * once, however often it has to be sent.
   */
  public AppendResult append(byte[] key, byte[] value) {
    return await(Calls.append(key, value, timeoutNanos, true));
  }

  /** As {@link #append(byte[], byte[])}, with key and value in UTF-8. */
  public AppendResult append(String key, String value) {
    return append(Calls.utf8(key, "key"), Calls.utf8(value, "value"));
  }

  /**
   * As {@link AsyncKvClient#resolve}.
   *
   * @throws KvException where there is no answer in time; what became of the write is unknown still
   */
  public Resolution resolve(RequestId id) {
    return await(Calls.resolve(id, timeoutNanos, true));
  }

  /** As {@link AsyncKvClient#close}. */
  @Override
  public void close() {
    async.close();
  }

  private <R> R await(PendingCall<R> call) {
    engine.submit(call);
    try {
      try {
        return call.future().get();
      } catch (InterruptedException e) {
        engine.abandon(
            call,
            (abandoned, outcome) ->
                new KvInterruptedException(abandoned.name() + " was interrupted", outcome, e));
        Thread.currentThread().interrupt();
        // Settled by now, by an answer that was quicker or by us.
        return call.future().join();
      }
    } catch (ExecutionException | CompletionException e) {
      throw atCaller(requireNonNull(e.getCause()));
    }
  }

  /** The exception was made for this call alone, on a thread that tells the caller nothing. */
  private static RuntimeException atCaller(Throwable cause) {
    cause.fillInStackTrace();
    if (cause instanceof Error error) {
      throw error;
    }
    return (RuntimeException) cause;
  }
}
