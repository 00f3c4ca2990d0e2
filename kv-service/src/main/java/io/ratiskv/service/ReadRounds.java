package io.ratiskv.service;

import java.util.concurrent.TimeUnit;

/**
 * Which reads the proof under way is for, and whether there is to be one: while reads wait alone,
 * they need no log entry where it is proven otherwise that nobody else leads. Where that fails they
 * take an entry; where nothing is heard of it, so do those of the next second.
 *
 * <p>Not thread-safe: guarded by the committer's lock.
 */
final class ReadRounds {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of the last one. */
  private long number;

  /** How many reads it is for: those that have waited longest; 0: none is under way. */
  private int reads;

  private long endNanos;
  private boolean needEntry;
  private boolean pauses;
  private long pauseEndNanos;

  boolean isUnderWay() {
    return reads > 0;
  }

  /** Whether reads that wait now, alone, need an entry: none else is for them. */
  boolean needEntry(long now) {
    return !isUnderWay() && !mayBegin(now);
  }

  boolean mayBegin(long now) {
    pauses &= now - pauseEndNanos < 0;
    return !isUnderWay() && !needEntry && !pauses;
  }

  /** Begins one for all reads that wait; returns its number. */
  long begin(int waiting, long now) {
    reads = waiting;
    endNanos = now + PATIENCE_NANOS;
    return ++number;
  }

  /** It has come out well: so many reads may be answered now, 0 if it isn't for any, any more. */
  int proven(long round) {
    int answered = round == number ? reads : 0;
    if (answered > 0) {
      reads = 0;
    }
    return answered;
  }

  /** It has come out badly. Returns whether it was the one under way. */
  boolean failed(long round) {
    boolean wasUnderWay = round == number && isUnderWay();
    if (wasUnderWay) {
      reads = 0;
      needEntry = true;
    }
    return wasUnderWay;
  }

  /** How long one that is under way has time. */
  long waitNanos(long now) {
    return endNanos - now;
  }

  /** Gives up one that takes too long. */
  void look(long now) {
    if (isUnderWay() && waitNanos(now) <= 0) {
      failed(number);
      pauses = true;
      pauseEndNanos = now + PAUSE_NANOS;
    }
  }

  /** The reads that waited don't wait any more, or not as they did. */
  void overtaken() {
    reads = 0;
    needEntry = false;
  }
}
