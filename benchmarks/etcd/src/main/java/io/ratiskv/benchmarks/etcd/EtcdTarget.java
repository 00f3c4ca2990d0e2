package io.ratiskv.benchmarks.etcd;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.ratiskv.cli.bench.Target;
import java.util.concurrent.CompletableFuture;

/** One client of etcd. */
final class EtcdTarget implements Target {
  private final Client client;
  private final KV kv;

  EtcdTarget(Client client) {
    this.client = client;
    kv = client.getKVClient();
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return kv.put(ByteSequence.from(key), ByteSequence.from(value));
  }

  @Override
  public CompletableFuture<Boolean> get(byte[] key) {
    return kv.get(ByteSequence.from(key)).thenApply(response -> !response.getKvs().isEmpty());
  }

  /** There is none. */
  @Override
  public CompletableFuture<?> append(byte[] key, byte[] value) {
    throw new UnsupportedOperationException("etcd has no append");
  }

  @Override
  public void close() {
    client.close();
  }
}
