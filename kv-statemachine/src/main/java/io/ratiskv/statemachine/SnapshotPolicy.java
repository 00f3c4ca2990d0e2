package io.ratiskv.statemachine;

/**
 * When a snapshot is taken: once the entries applied since the last one pass either bound.
 *
 * @param logBytes bytes of log entries; {@link #NEVER}: not by bytes
 * @param logEntries number of log entries; {@link #NEVER}: not by number
 */
public record SnapshotPolicy(long logBytes, long logEntries) {
  /** No bound. */
  public static final long NEVER = -1;

  /** 256 MiB or a million entries: at most a few seconds of replay. */
  public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(256L << 20, 1_000_000);

  public SnapshotPolicy {
    check("bytes", logBytes);
    check("number of entries", logEntries);
  }

  private static void check(String what, long bound) {
    if (bound == 0 || bound < NEVER) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " of the log after which a snapshot is taken is "
              + bound
              + ": it is -1 for never, or at least 1");
    }
  }

  boolean isDue(long bytes, long entries) {
    return passes(bytes, logBytes) || passes(entries, logEntries);
  }

  private static boolean passes(long value, long bound) {
    return bound != NEVER && value >= bound;
  }
}
