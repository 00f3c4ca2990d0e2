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
    long whole = nanos;
    nanos = Math.min(2 * whole, maxNanos);
    return whole - ThreadLocalRandom.current().nextLong(whole / 2 + 1);
  }

  void reset() {
    nanos = minNanos;
  }
}
