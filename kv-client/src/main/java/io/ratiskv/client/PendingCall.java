package io.ratiskv.client;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call that has been made and not been answered. It is settled once, under the engine's lock, and
 * delivered after that, off the lock.
 */
abstract sealed class PendingCall<R> permits PendingRead, PendingResolve, PendingWrite {
  private final KvFuture<R> future = new KvFuture<>(this);
  private final long deadlineNanos;
  private final long timeoutNanos;
  private final boolean direct;

  /** What it was submitted to; written before the user has the future. */
  private @Nullable Engine engine;

  /** What its bytes were taken from. */
  private @Nullable Budget budget;

  /** Guarded by the engine's lock. */
  private boolean settled;

  /** Its caller cancelled it. Written before it is settled. */
  private boolean withdrawn;

  /** Written when settled, read when delivered. */
  private @Nullable Failure failure;

  private Outcome outcome = Outcome.NOT_APPLIED;

  /** How many may share a request with it, itself included. Guarded by the engine's lock. */
  private int company = Integer.MAX_VALUE;

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
  abstract void enqueue(Writes writes, Reads reads, Resolves resolves);

  /** What the servers know it by; null as long as they can't. Any thread may ask. */
  @Nullable RequestId requestId() {
    return null;
  }

  /** What is known if nothing was sent for this call. */
  Outcome outcomeUnsent() {
    return Outcome.NOT_APPLIED;
  }

  /** Which of the two bounds it counts against. */
  Budget budgetOf(Budget calls, Budget resolves) {
    return calls;
  }

  /**
   * Called once, on the caller's thread.
   *
   * @throws OverloadedException where the budget is spent
   */
  final void reserve(Budget from, Engine takenBy) {
    from.acquire(this);
    budget = from;
    engine = takenBy;
  }

  final void release() {
    if (budget != null) {
      budget.release(bytes());
    }
  }

  /** Whether its caller went before there was an answer. */
  final boolean withdraw() {
    return engine != null && engine.withdraw(this);
  }

  /** The calling thread is about to wait for it. */
  final void awaited() {
    if (engine != null) {
      engine.awaited();
    }
  }

  final void setWithdrawn() {
    withdrawn = true;
  }

  final KvFuture<R> future() {
    return future;
  }

  final int company() {
    return company;
  }

  /**
   * It was denied together with others, which may have been for one of them alone: each half goes
   * by itself.
   */
  final void deniedAmong(int calls) {
    company = Math.max(1, calls / 2);
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

  /** Whether half of its time is over. */
  final boolean isHalfOver(long now) {
    return deadlineNanos - timeoutNanos / 2 - now <= 0;
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

  final KvException exception(Failure how, Outcome what) {
    KvException exception = how.of(this, what);
    if (what == Outcome.UNKNOWN) {
      exception.about(requestId());
    }
    return exception;
  }

  abstract CallListener.Kind kind();

  /** How it ended; asked when it is settled. */
  final CallListener.End end() {
    if (withdrawn) {
      return CallListener.End.CANCELLED;
    }
    if (failure == null) {
      return CallListener.End.DONE;
    }
    return outcome == Outcome.UNKNOWN ? CallListener.End.UNKNOWN : CallListener.End.NOT_APPLIED;
  }

  /** Since it was called. */
  final long elapsedNanos() {
    return System.nanoTime() - (deadlineNanos - timeoutNanos);
  }

  /** Completes the future; may run the user's code unless the call is direct. */
  final void deliver() {
    if (withdrawn) {
      // Completed by the cancelling thread.
      return;
    }
    try {
      if (failure == null) {
        future.complete(result());
      } else {
        future.completeExceptionally(exception(failure, outcome));
      }
    } catch (RuntimeException | Error e) {
      // Say, no memory for the value. A future that is never completed would be worse.
      future.completeExceptionally(e);
    }
  }
}
