package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What was measured.
 *
 * @param time for how long
 * @param done how many calls were answered, with success, in that time, by their kind
 * @param latencies of the calls that were due in that time and succeeded, whenever that was, in
 *     nanoseconds, by their kind
 * @param lateness at a fixed rate: how long after it was due each of these calls was made, in
 *     nanoseconds; it is part of the latency. Empty for a closed loop, which has no plan
 * @param failures how many calls failed in which way
 * @param unanswered calls that had no answer some time after the end
 * @param neverMade calls at a fixed rate that were due, and were not made since too many were
 *     outstanding: then the latencies look better than they are
 * @param processors what was used in the measured time
 */
public record Result(
    Duration time,
    Map<Kind, Long> done,
    Map<Kind, Histogram> latencies,
    Histogram lateness,
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

  /** Calls of all kinds that were done in the measured time. */
  public long allDone() {
    return done.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Calls done in a second, of all kinds together. */
  public double perSecond() {
    return perSecond(allDone());
  }

  /** That many in the measured time, in a second. */
  double perSecond(long calls) {
    return calls * NANOS / time.toNanos();
  }

  /** Calls of one kind that were done in the measured time. */
  long done(Kind kind) {
    return done.getOrDefault(kind, 0L);
  }

  /** Calls done for each second of the processors' time, of the client and the servers together. */
  public double perProcessorSecond() {
    return allDone() * NANOS / processors.client().plus(processors.servers()).toNanos();
  }

  /** Calls that failed, in whatever way. */
  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
