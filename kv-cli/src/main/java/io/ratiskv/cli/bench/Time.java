package io.ratiskv.cli.bench;

import java.util.concurrent.locks.LockSupport;

/** The clock of a run. */
interface Time {
  /** That of this machine. */
  Time SYSTEM =
      new Time() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void awaitUntil(long deadline) throws InterruptedException {
          for (long left = deadline - nanos(); left > 0; left = deadline - nanos()) {
            if (Thread.interrupted()) {
              throw new InterruptedException();
            }
            LockSupport.parkNanos(this, left);
          }
        }
      };

  /** As {@link System#nanoTime}. */
  long nanos();

  /** Returns at that time or later; at once if it is over. */
  void awaitUntil(long deadline) throws InterruptedException;
}
