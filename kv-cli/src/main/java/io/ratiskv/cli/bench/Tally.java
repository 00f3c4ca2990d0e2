package io.ratiskv.cli.bench;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Counts what came of the calls. Those that were due in the measured time are measured, whenever
 * they are answered: a call that hangs at the end must not be left out. Safe for several threads.
 */
final class Tally {
  private static final long LONGEST = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final long from;
  private final long until;
  private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
  private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
  private final LongAdder begun = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** Measures what is due at {@code from} or later, and before {@code until}. */
  Tally(long from, long until) {
    this.from = from;
    this.until = until;
    for (Kind kind : Kind.values()) {
      latencies.put(kind, new ConcurrentHistogram(LONGEST, DIGITS));
    }
  }

  void begin() {
    begun.increment();
  }

  /** The answer to a call that was due then. */
  void end(Kind kind, long due, long now, @Nullable Throwable failure) {
    if (failure == null) {
      succeeded.increment();
      if (isMeasured(due)) {
        latency(kind).recordValue(Math.max(0, Math.min(now - due, LONGEST)));
      }
    } else {
      failed.increment();
      if (isMeasured(due)) {
        failures.computeIfAbsent(name(failure), name -> new LongAdder()).increment();
      }
    }
  }

  private boolean isMeasured(long due) {
    return due - from >= 0 && due - until < 0;
  }

  /** {@code DeadlineExceededException}, without its last word. */
  static String name(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause.getClass().getSimpleName().replaceFirst("Exception$", "");
  }

  /** Of all calls, also those that aren't measured. */
  long succeeded() {
    return succeeded.sum();
  }

  /** Of all calls, also those that aren't measured. */
  long failed() {
    return failed.sum();
  }

  /** Calls without an answer. */
  long outstanding() {
    return Math.max(0, begun.sum() - succeeded.sum() - failed.sum());
  }

  /** Nanoseconds; of the measured calls that succeeded. */
  Map<Kind, Histogram> latencies() {
    Map<Kind, Histogram> copies = new EnumMap<>(Kind.class);
    latencies.forEach((kind, histogram) -> copies.put(kind, histogram.copy()));
    return copies;
  }

  /** How many of the measured calls failed in which way. */
  Map<String, Long> failures() {
    Map<String, Long> sums = new TreeMap<>();
    failures.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }

  private Histogram latency(Kind kind) {
    Histogram histogram = latencies.get(kind);
    if (histogram == null) {
      throw new IllegalStateException("no histogram for " + kind);
    }
    return histogram;
  }
}
