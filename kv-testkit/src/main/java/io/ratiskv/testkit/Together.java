package io.ratiskv.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Tasks that run at once, each on a thread of its own, which keeps no process alive. */
final class Together {
  /** Of one that has ended; null: well. */
  private record End(@Nullable Throwable failure) {}

  private final List<Thread> threads = new ArrayList<>();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

  /** Begins one. */
  void add(String name, Runnable task) {
    Thread thread = new Thread(() -> ends.add(run(task)), name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private static End run(Runnable task) {
    try {
      task.run();
      return new End(null);
    } catch (RuntimeException | Error e) {
      return new End(e);
    }
  }

  /**
   * Waits for all of them.
   *
   * @param depend whether they wait for each other: where one fails, the others are interrupted
   * @throws IllegalStateException with this message and the first failure; also when time is up,
   *     and some may not have ended then
   */
  void await(boolean depend, Duration patience, String message) {
    long deadline = System.nanoTime() + patience.toNanos();
    Throwable failure = null;
    try {
      for (int i = 0; i < threads.size(); i++) {
        End end = ends.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (end == null) {
          throw new IllegalStateException(message + " in " + patience, failure);
        }
        if (end.failure() != null && failure == null) {
          failure = end.failure();
          if (depend) {
            threads.forEach(Thread::interrupt);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted: " + message, e);
    } finally {
      threads.forEach(Thread::interrupt);
    }
    if (failure != null) {
      throw new IllegalStateException(message, failure);
    }
  }
}
