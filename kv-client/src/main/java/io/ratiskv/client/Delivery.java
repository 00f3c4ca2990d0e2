package io.ratiskv.client;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Calls whose futures are completed together. May be run by several threads: they share. */
final class Delivery implements Runnable {
  private static final long POLL_NANOS = 50_000;

  private final List<PendingCall<?>> calls;
  private final Consumer<PendingCall<?>> deliver;
  private final Runnable allTaken;
  private final Consumer<Delivery> done;
  private final AtomicInteger next = new AtomicInteger();

  /** How far it was when it was last looked at. Used by one thread, the ticker's. */
  private int seen;

  private int rescuedAt;

  Delivery(
      List<PendingCall<?>> calls,
      Consumer<PendingCall<?>> deliver,
      Runnable allTaken,
      Consumer<Delivery> done) {
    this.calls = calls;
    this.deliver = deliver;
    this.allTaken = allTaken;
    this.done = done;
  }

  @Override
  public void run() {
    int size = calls.size();
    for (int i = next.getAndIncrement(); i < size; i = next.getAndIncrement()) {
      boolean last = i == size - 1;
      if (last) {
        allTaken.run();
      }
      deliver.accept(calls.get(i));
      if (last) {
        done.accept(this);
      }
    }
  }

  /** Completes what no other thread is completing, and waits for those, which do so now. */
  void finish(long endNanos) {
    run();
    for (PendingCall<?> call : calls) {
      while (!call.future().isDone() && endNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(this, POLL_NANOS);
      }
    }
  }

  /**
   * Whether it was begun and has not gone on since the last look; true once for each place, so that
   * an executor that is merely slow isn't flooded.
   */
  boolean isStuck() {
    int now = next.get();
    boolean stuck = now > 0 && now < calls.size() && now == seen && now != rescuedAt;
    seen = now;
    if (stuck) {
      rescuedAt = now;
    }
    return stuck;
  }
}
