package io.ratiskv.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The future of a write, which tells what the servers know the write by.
 *
 * <p>To complete it oneself, as {@code orTimeout} does, changes nothing about the write.
 */
public final class KvFuture<T> extends CompletableFuture<T> {
  /** Null: the call failed before it was made. */
  private final @Nullable PendingCall<T> call;

  KvFuture(@Nullable PendingCall<T> call) {
    this.call = call;
  }

  static <T> KvFuture<T> failed(KvException failure) {
    KvFuture<T> future = new KvFuture<>(null);
    future.completeExceptionally(failure);
    return future;
  }

  /**
   * What to {@link AsyncKvClient#resolve resolve} the write by; empty as long as it wasn't sent,
   * and while it may be sent under another, since the servers denied what it travelled with. If it
   * is empty when the future is completed, or after a {@link #cancel}, it never will be sent.
   */
  public Optional<RequestId> requestId() {
    return call == null ? Optional.empty() : Optional.ofNullable(call.requestId());
  }

  /**
   * Ends the wait; undoes nothing. What was not sent yet is withdrawn, and never applied. What was
   * sent goes on, and can be resolved by its {@link #requestId}.
   *
   * @param mayInterruptIfRunning has no meaning here
   * @return false where the answer was quicker
   */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (call != null && !isDone() && !call.withdraw()) {
      // Settled, and about to be completed with what is known of it.
      return false;
    }
    return super.cancel(mayInterruptIfRunning);
  }

  @Override
  public T join() {
    awaited();
    return super.join();
  }

  @Override
  public T get() throws InterruptedException, ExecutionException {
    awaited();
    return super.get();
  }

  @Override
  public T get(long timeout, TimeUnit unit)
      throws InterruptedException, ExecutionException, TimeoutException {
    awaited();
    return super.get(timeout, unit);
  }

  private void awaited() {
    if (call != null && !isDone()) {
      call.awaited();
    }
  }
}
