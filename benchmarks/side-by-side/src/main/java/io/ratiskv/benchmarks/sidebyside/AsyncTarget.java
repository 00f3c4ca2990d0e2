package io.ratiskv.benchmarks.sidebyside;

import io.ratiskv.client.AsyncKvClient;
import java.util.concurrent.CompletableFuture;
import kvbench.Target;

/** One client as the harness sees it: null stands for a key that isn't there. */
final class AsyncTarget implements Target {
  private final AsyncKvClient client;

  AsyncTarget(AsyncKvClient client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return client.put(key, value);
  }

  @Override
  public CompletableFuture<byte[]> get(byte[] key) {
    return client.get(key).thenApply(result -> result.found() ? result.value() : null);
  }

  @Override
  public CompletableFuture<?> append(byte[] key, byte[] value) {
    return client.append(key, value);
  }

  @Override
  public void close() {
    client.close();
  }
}
