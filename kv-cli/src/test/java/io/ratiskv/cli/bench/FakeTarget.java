package io.ratiskv.cli.bench;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Answers every call as a test wants it. */
final class FakeTarget implements Target {
  private final Supplier<CompletableFuture<Boolean>> answers;

  FakeTarget(Supplier<CompletableFuture<Boolean>> answers) {
    this.answers = answers;
  }

  @Override
  public CompletableFuture<?> put(byte[] key, byte[] value) {
    return answers.get();
  }

  @Override
  public CompletableFuture<Boolean> get(byte[] key) {
    return answers.get();
  }

  @Override
  public CompletableFuture<?> append(byte[] key, byte[] value) {
    return answers.get();
  }

  @Override
  public void close() {}
}
