package io.ratiskv.service.metrics;

import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long things took, counted in buckets whose bounds are the same for all, so that those of
 * several servers can be added. Any thread may record; nothing is allocated, and nobody waits.
 */
public final class Histogram {
  /** From what a disk in memory needs to what is an outage. */
  private static final long[] BOUNDS_NANOS =
      Arrays.stream(
              new long[] {
                50,
                100,
                250,
                500, // microseconds
                1_000,
                2_500,
                5_000,
                10_000,
                25_000,
                50_000,
                100_000,
                250_000,
                500_000,
                1_000_000,
                2_500_000,
                5_000_000,
                10_000_000
              })
          .map(micros -> micros * 1_000)
          .toArray();

  /**
   * The first bucket that a time may be in, by its number of leading zero bits: from there it is at
   * most two further.
   */
  private static final byte[] FIRST = new byte[Long.SIZE + 1];

  static {
    for (int zeros = 1; zeros <= Long.SIZE; zeros++) {
      long lowest = zeros == Long.SIZE ? 0 : Long.MIN_VALUE >>> zeros;
      FIRST[zeros] = (byte) bucketFrom(0, lowest);
    }
  }

  /** One for each bound, and one for what is beyond all. */
  private final LongAdder[] counts = new LongAdder[BOUNDS_NANOS.length + 1];

  private final LongAdder sumNanos = new LongAdder();

  public Histogram() {
    Arrays.setAll(counts, i -> new LongAdder());
  }

  /** Something took so long; less than nothing counts as nothing. */
  public void record(long nanos) {
    long took = Math.max(0, nanos);
    counts[bucketFrom(FIRST[Long.numberOfLeadingZeros(took)], took)].increment();
    sumNanos.add(took);
  }

  private static int bucketFrom(int first, long nanos) {
    int bucket = first;
    while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** How many were recorded. */
  public long count() {
    return Arrays.stream(counts).mapToLong(LongAdder::sum).sum();
  }

  /** Of all that were recorded, in nanoseconds. */
  public long sumNanos() {
    return sumNanos.sum();
  }

  /** The count is made of the buckets, so that they fit each other while others record. */
  public void write(MetricsText out, String name, String labels) {
    long below = 0;
    for (int i = 0; i < counts.length; i++) {
      below += counts[i].sum();
      String bound = i < BOUNDS_NANOS.length ? MetricsText.number(BOUNDS_NANOS[i] / 1e9) : "+Inf";
      out.sample(name + "_bucket", MetricsText.and(labels, "le", bound), (double) below);
    }
    out.sample(name + "_sum", labels, sumNanos.sum() / 1e9);
    out.sample(name + "_count", labels, (double) below);
  }
}
