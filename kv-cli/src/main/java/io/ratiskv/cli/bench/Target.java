package io.ratiskv.cli.bench;

import java.util.concurrent.CompletableFuture;

/** One connection to a store. Calls don't wait, and may come from several threads. */
public interface Target extends AutoCloseable {
  /** Completed when the write can't be lost any more. */
  CompletableFuture<?> put(byte[] key, byte[] value);

  /** Completed with whether there is such a key. */
  CompletableFuture<Boolean> get(byte[] key);

  /** Completed when the write can't be lost any more. */
  CompletableFuture<?> append(byte[] key, byte[] value);

  @Override
  void close();
}
