package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param time for how long
 * @param latencies of the calls that succeeded, in nanoseconds, by their kind
 * @param failures how many calls failed in which way
 * @param unanswered calls that had no answer some time after the end
 * @param neverMade calls at a fixed rate that were due, and were not made since too many were
 *     outstanding: then the latencies look better than they are
 * @param processors what was used in the measured time
 */
public record Result(
    Duration time,
    Map<Kind, Histogram> latencies,
    Map<String, Long> failures,
    long unanswered,
    long neverMade,
    ProcessorTime processors) {
  private static final double NANOS = 1e9;

  /** Of all kinds together. */
  public Histogram all() {
    return latencies.values().stream()
        .reduce(
            (a, b) -> {
              Histogram sum = a.copy();
              sum.add(b);
              return sum;
            })
        .orElseThrow();
  }

  /** Calls that succeeded, in a second. */
  public double perSecond(Histogram calls) {
    return calls.getTotalCount() * NANOS / time.toNanos();
  }

  /** Calls that failed, in whatever way. */
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
