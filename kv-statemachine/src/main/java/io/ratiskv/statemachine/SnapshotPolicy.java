package io.ratiskv.statemachine;

/**
 * When a snapshot is taken: once the entries applied since the last one pass either bound.
 *
 * <p>Of a large state none is taken before the log is half as long as the last snapshot: then no
 * more than two bytes of snapshots are written for one of the log, and a restart, which reads the
 * snapshot anyway, reads a part more. A server that has nothing to do can spare more: there it is
 * an eighth.
 *
 * @param logBytes bytes of log entries, or of half of the last snapshot if that is more; {@link
 *     #NEVER}: not by bytes
 * @param logEntries number of log entries; {@link #NEVER}: not by number
 */
public record SnapshotPolicy(long logBytes, long logEntries) {
  /** No bound. */
  public static final long NEVER = -1;

  /** Fewer are applied in no time. */
  private static final long LEAST_WHEN_IDLE = 1 << 20;

  /** 64 MiB or a million entries: at most a few seconds of replay. */
  public static final SnapshotPolicy DEFAULT = new SnapshotPolicy(64L << 20, 1_000_000);

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

  /**
   * Whether it is time.
   *
   * @param bytes of the entries since the last snapshot
   * @param entries their number
   * @param snapshotBytes the last snapshot's length, 0 if there is none
   */
  boolean isDue(long bytes, long entries, long snapshotBytes) {
    return (passes(bytes, logBytes) && bytes >= snapshotBytes / 2) || passes(entries, logEntries);
  }

  /** As above, for a server that applies nothing at the moment; never where not by bytes. */
  boolean isDueWhenIdle(long bytes, long snapshotBytes) {
    return logBytes != NEVER && bytes >= Math.max(LEAST_WHEN_IDLE, snapshotBytes / 8);
  }

  private static boolean passes(long value, long bound) {
    return bound != NEVER && value >= bound;
  }
}
