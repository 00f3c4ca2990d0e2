package io.ratiskv.cli;

import io.ratiskv.cli.bench.Target;
import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.GetResult;
import java.util.concurrent.CompletableFuture;

/** One of our clients under load. */
public final class KvTarget implements Target {
  private final AsyncKvClient client;

  /** Takes the client over, and closes it. */
  public KvTarget(AsyncKvClient client) {
    this.client = client;
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return client.put(key, value);
  }

  @Override
  public CompletableFuture<Boolean> get(byte[] key) {
    return client.get(key).thenApply(GetResult::found);
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
