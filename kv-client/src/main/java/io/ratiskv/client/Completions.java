package io.ratiskv.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles calls, under the engine's lock, and completes their futures, off it: those of the
 * synchronous client at once, since that only wakes a thread, all others of one step by one task of
 * the callback executor.
 */
final class Completions {
  /** Far more than a thread needs that has taken a call and only has to complete its future. */
  private static final long FINISH_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

  private final Executor executor;
  private final @Nullable CallListener listener;

  /** Run when callbacks are through, for what they have called meanwhile. */
  private final Runnable delivered;

  /** Set in a thread that is running callbacks. */
  private final ThreadLocal<Boolean> delivering = new ThreadLocal<>();

  /** Runs that still have calls to deliver. */
  private final Set<Delivery> deliveries = ConcurrentHashMap.newKeySet();

  /** Settled in this step. Guarded by the engine's lock. */
  private List<PendingCall<?>> settled = new ArrayList<>();

  /** Calls that were accepted and aren't settled. Guarded by the engine's lock. */
  private int unsettled;

  /**
   * @param listener null: nobody is told
   * @param delivered run, off the lock, by each thread that has run callbacks
   */
  Completions(Executor executor, @Nullable CallListener listener, Runnable delivered) {
    this.executor = executor;
    this.listener = listener;
    this.delivered = delivered;
  }

  /**
   * Whether the thread that asks is running callbacks, so that {@code delivered} is still to come.
   */
  boolean isDelivering() {
    return delivering.get() != null;
  }

  void accepted() {
    unsettled++;
  }

  int unsettled() {
    return unsettled;
  }

  /** Whether some future isn't completed, nor about to be. */
  boolean pending() {
    return unsettled > 0 || !deliveries.isEmpty();
  }

  /** The call has its answer. */
  void succeed(PendingCall<?> call) {
    if (!call.isSettled()) {
      call.settle();
      add(call);
    }
  }

  /** Does nothing to a call that was settled before. */
  void fail(PendingCall<?> call, Failure failure, Outcome outcome) {
    if (!call.isSettled()) {
      call.settle(failure, outcome);
      add(call);
    }
  }

  /** Gives back what a call held of the budget beyond its being delivered. */
  void release(PendingWrite<?> write) {
    write.release();
  }

  private void add(PendingCall<?> call) {
    unsettled--;
    settled.add(call);
  }

  /** What was settled since the last call. */
  List<PendingCall<?>> take() {
    if (settled.isEmpty()) {
      return List.of();
    }
    List<PendingCall<?>> taken = settled;
    settled = new ArrayList<>();
    return taken;
  }

  /**
   * Completes the futures. Called without the lock.
   *
   * @param allTaken run when no call is left that nobody delivers
   */
  void deliver(List<PendingCall<?>> calls, Runnable allTaken) {
    List<PendingCall<?>> indirect = new ArrayList<>();
    for (PendingCall<?> call : calls) {
      if (call.isDirect()) {
        deliver(call);
      } else {
        indirect.add(call);
      }
    }
    if (indirect.isEmpty()) {
      allTaken.run();
      return;
    }
    Delivery delivery = new Delivery(indirect, this::deliver, allTaken, deliveries::remove);
    deliveries.add(delivery);
    execute(delivery);
  }

  private void deliver(PendingCall<?> call) {
    if (!call.keepsBudget()) {
      call.release();
    }
    try {
      if (listener != null) {
        tell(listener, call);
      }
    } finally {
      call.deliver();
    }
  }

  private static void tell(CallListener listener, PendingCall<?> call) {
    try {
      listener.ended(call.kind(), call.end(), call.elapsedNanos());
    } catch (RuntimeException | LinkageError | AssertionError e) {
      // Not the call's fault, and not the user's, who waits for it.
      LOG.warn("a CallListener failed", e);
    }
  }

  private void execute(Delivery delivery) {
    Runnable task = () -> run(delivery);
    try {
      executor.execute(task);
    } catch (RuntimeException e) {
      // The user's executor was shut down or is full. The futures must complete all the same.
      defaultExecutor().execute(task);
    }
  }

  private void run(Delivery delivery) {
    if (isDelivering()) {
      // The executor runs what it is given at once, and a callback has brought this about.
      delivery.run();
      return;
    }
    delivering.set(true);
    try {
      delivery.run();
    } finally {
      delivering.remove();
      delivered.run();
    }
  }

  /** A callback that blocks must not keep the futures of other calls from completing. */
  void rescue() {
    for (Delivery delivery : deliveries) {
      if (delivery.isStuck()) {
        execute(delivery);
      }
    }
  }

  /** Delivers what no other thread has taken yet; then all futures are completed. */
  void finish() {
    long end = System.nanoTime() + FINISH_NANOS;
    for (Delivery delivery : deliveries) {
      delivery.finish(end);
    }
  }

  /**
   * The common pool: it is there anyway, its threads are daemons, and it makes up for callbacks
   * that block on other futures. Where it was configured away, a thread for each task.
   */
  static Executor defaultExecutor() {
    return ForkJoinPool.getCommonPoolParallelism() > 0
        ? ForkJoinPool.commonPool()
        : task -> new Thread(task, "ratiskv-client-callback").start();
  }
}
