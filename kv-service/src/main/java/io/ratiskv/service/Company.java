package io.ratiskv.service;

import java.util.concurrent.TimeUnit;

/**
 * How long an entry that could be submitted waits for company. Clients whose requests were just
 * answered tend to be back at once with their next ones; an entry with all of these costs hardly
 * more than one with half of them. (The idea is that of PostgreSQL's {@code commit_delay} and
 * {@code commit_siblings}.)
 *
 * <p>The wait ends when as many have come as were answered, and is never longer than the entry
 * before took, nor than 5 ms: so a lone client never waits, and nobody waits much. Where they turn
 * out not to come back, the next entries don't wait, the more of them the oftener that was so.
 *
 * <p>Not thread-safe: guarded by the committer's lock.
 */
final class Company {
  private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int MAX_SKIPPED = 64;

  /** 0: nobody, or the next entry doesn't wait. */
  private int expected;

  /** Of the expected, those that have not come. */
  private int missing;

  private long endNanos;

  /** How many more entries don't wait. */
  private int toSkip;

  /** How many didn't after the last disappointment. */
  private int skipped;

  /**
   * An entry was applied, and those that shared it have their answers.
   *
   * @param requests how many they are
   * @param tookNanos from the submission of the entry on
   */
  void answered(int requests, long tookNanos, long now) {
    if (toSkip > 0) {
      toSkip--;
      expected = 0;
    } else {
      expected = requests;
    }
    missing = expected;
    endNanos = now + Math.min(tookNanos, MAX_WAIT_NANOS);
  }

  /** A request has come. */
  void came() {
    if (missing > 0) {
      missing--;
    }
  }

  /** How long the next entry still has to wait; not positive: it doesn't. */
  long waitNanos(long now) {
    return missing == 0 ? 0 : endNanos - now;
  }

  /** An entry is submitted. Whether its wait was of use decides whether others wait. */
  void submitted() {
    if (missing > expected / 2) {
      skipped = Math.min(MAX_SKIPPED, Math.max(1, 2 * skipped));
      toSkip = skipped;
    } else if (expected > 0) {
      skipped = 0;
    }
    expected = 0;
    missing = 0;
  }
}
