package io.ratiskv.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of a client: it looks after deadlines, pauses and silent servers. */
final class Ticker {
  /** Does what is due, and plans the next tick by {@link #planBy}. */
  interface Task {
    void tick();
  }

  private static final Logger LOG = LoggerFactory.getLogger(Ticker.class);
  private static final long AFTER_FAILURE_NANOS = 100_000_000;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Task task;
  private final Thread thread;

  /** Guarded by the engine's lock for writing; the thread reads it without. */
  private volatile long plannedNanos = System.nanoTime();

  private volatile boolean stopped;

  Ticker(Task task) {
    this.task = task;
    this.thread = new Thread(this::run, "ratiskv-client-" + COUNT.incrementAndGet());
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Called under the engine's lock after each step: nothing is due before then. Cheap where a tick
   * is planned earlier; only the ticker itself makes it later.
   */
  void planBy(long nanos) {
    if (Thread.currentThread() == thread) {
      plannedNanos = nanos;
    } else if (plannedNanos - nanos > 0) {
      plannedNanos = nanos;
      LockSupport.unpark(thread);
    }
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!stopped) {
      long wait = plannedNanos - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(this, wait);
      } else {
        try {
          task.tick();
        } catch (RuntimeException | Error e) {
          LOG.error("A tick of the client failed", e);
          LockSupport.parkNanos(this, AFTER_FAILURE_NANOS);
        }
      }
    }
  }
}
