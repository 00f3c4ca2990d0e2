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
 * Counts what came of the calls. How long one took is told of those that were due in the measured
 * time, whenever they are answered: a call that hangs at the end must not be left out. How many
 * were done is told of those that were answered in the measured time, whenever they were due: what
 * is answered later, the store has not done in that time. Safe for several threads.
 */
final class Tally {
  private static final long LONGEST = TimeUnit.HOURS.toNanos(1);
  private static final int DIGITS = 3;

  private final long from;
  private final long until;
  private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);
  private final Map<Kind, LongAdder> done = new EnumMap<>(Kind.class);
  private final Histogram lateness = new ConcurrentHistogram(LONGEST, DIGITS);
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
      done.put(kind, new LongAdder());
    }
  }

  void begin() {
    begun.increment();
  }

  /** A call that was due then is made now. */
  void made(long due, long now) {
    if (isMeasured(due)) {
      lateness.recordValue(Math.max(0, Math.min(now - due, LONGEST)));
    }
  }

  /** The answer to a call that was due then. */
  void end(Kind kind, long due, long now, @Nullable Throwable failure) {
    if (failure == null) {
      succeeded.increment();
      if (isMeasured(due)) {
        of(latencies, kind).recordValue(Math.max(0, Math.min(now - due, LONGEST)));
      }
      if (isMeasured(now)) {
        of(done, kind).increment();
      }
    } else {
      failed.increment();
      if (isMeasured(due)) {
        failures.computeIfAbsent(name(failure), name -> new LongAdder()).increment();
      }
    }
  }

  private boolean isMeasured(long time) {
    return time - from >= 0 && time - until < 0;
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

  /** How many succeeded in the measured time. */
  Map<Kind, Long> done() {
    Map<Kind, Long> sums = new EnumMap<>(Kind.class);
    done.forEach((kind, count) -> sums.put(kind, count.sum()));
    return sums;
  }

  /**
   * Nanoseconds from when a call was due to when it was made, of those due in the measured time.
   */
  Histogram lateness() {
    return lateness.copy();
  }

  /** Nanoseconds; of the calls that were due in the measured time and succeeded. */
  Map<Kind, Histogram> latencies() {
    Map<Kind, Histogram> copies = new EnumMap<>(Kind.class);
    latencies.forEach((kind, histogram) -> copies.put(kind, histogram.copy()));
    return copies;
  }

  /** How many of those that were due in the measured time failed in which way. */
  Map<String, Long> failures() {
    Map<String, Long> sums = new TreeMap<>();
    failures.forEach((name, count) -> sums.put(name, count.sum()));
    return sums;
  }

  private static <T> T of(Map<Kind, T> all, Kind kind) {
    T one = all.get(kind);
    if (one == null) {
      throw new IllegalStateException("nothing for " + kind);
    }
    return one;
  }
}
