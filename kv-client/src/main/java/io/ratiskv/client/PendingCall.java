package io.ratiskv.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that has been made and not been answered. It is settled once, under the engine's lock, and
 * delivered after that, off the lock.
 */
abstract sealed class PendingCall<R> permits PendingRead, PendingWrite {
  private final CompletableFuture<R> future = new CompletableFuture<>();
  private final long deadlineNanos;
  private final long timeoutNanos;
  private final boolean direct;

  /** Guarded by the engine's lock. */
  private boolean settled;

  /** Written when settled, read when delivered. */
  private @Nullable Failure failure;

  private Outcome outcome = Outcome.NOT_APPLIED;

  /**
   * @param direct the future is private to the synchronous client, where completing it runs no code
   *     of the user's: any thread may do it
   */
  PendingCall(long timeoutNanos, boolean direct) {
    this.timeoutNanos = timeoutNanos;
    this.deadlineNanos = System.nanoTime() + timeoutNanos;
    this.direct = direct;
  }

  /** What the caller called. */
  abstract String name();

  /** What it takes of the client's budget. */
  abstract int bytes();

  /** The answer, once there is one; may cost a copy of a value. */
  abstract R result();

  /** Puts the call where it waits. */
  abstract void enqueue(Writes writes, Reads reads);

  final CompletableFuture<R> future() {
    return future;
  }

  final boolean isDirect() {
    return direct;
  }

  final boolean isSettled() {
    return settled;
  }

  final long deadlineNanos() {
    return deadlineNanos;
  }

  final String timeout() {
    return TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms";
  }

  /** Whether it counts against the budget after its future is completed. */
  boolean keepsBudget() {
    return false;
  }

  final void settle() {
    settled = true;
  }

  final void settle(Failure how, Outcome what) {
    settled = true;
    failure = how;
    outcome = what;
  }

  /** Completes the future; may run the user's code unless the call is direct. */
  final void deliver() {
    try {
      if (failure == null) {
        future.complete(result());
      } else {
        future.completeExceptionally(failure.of(this, outcome));
      }
    } catch (RuntimeException | Error e) {
      // Say, no memory for the value. A future that is never completed would be worse.
      future.completeExceptionally(e);
    }
  }
}
