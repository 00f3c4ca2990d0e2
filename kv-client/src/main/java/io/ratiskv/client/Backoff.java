package io.ratiskv.client;

import java.util.concurrent.ThreadLocalRandom;

/** Delays that double from the least to the greatest, each cut at random by up to half. */
final class Backoff {
  private final long minNanos;
  private final long maxNanos;
  private long nanos;

  Backoff(long minNanos, long maxNanos) {
    this.minNanos = minNanos;
    this.maxNanos = maxNanos;
    this.nanos = minNanos;
  }

  long next() {
    return next(maxNanos);
  }

  /** The next one, or a shorter one if it is longer than {@code most}. */
  long next(long most) {
    long whole = Math.min(nanos, most);
    nanos = Math.min(2 * nanos, maxNanos);
    return whole - ThreadLocalRandom.current().nextLong(whole / 2 + 1);
  }

  void reset() {
    nanos = minNanos;
  }
}
