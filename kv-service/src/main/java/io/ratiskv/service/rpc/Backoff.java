package io.ratiskv.service.rpc;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long to leave a follower alone that doesn't answer: twice as long each time, to a bound. */
final class Backoff {
  static final long FIRST_MILLIS = 10;
  static final long LAST_MILLIS = 250;

  private final LongSupplier clock;

  /** Both are volatile: one thread writes at a time, others look. */
  private volatile long millis;

  private volatile long untilNanos;

  /** {@code clock} counts nanoseconds. */
  Backoff(LongSupplier clock) {
    this.clock = clock;
  }

  void failed() {
    long next = Math.min(LAST_MILLIS, Math.max(FIRST_MILLIS, 2 * millis));
    untilNanos = clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(next);
    millis = next;
  }

  void succeeded() {
    if (millis != 0) {
      millis = 0;
    }
  }

  /** Whether something has failed since something last succeeded. */
  boolean isFailing() {
    return millis != 0;
  }

  /** 0 or less: it is time. Rounded up, lest who waits comes too early. */
  long waitMillis() {
    return millis == 0
        ? 0
        : TimeUnit.NANOSECONDS.toMillis(
            untilNanos - clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(1) - 1);
  }
}
