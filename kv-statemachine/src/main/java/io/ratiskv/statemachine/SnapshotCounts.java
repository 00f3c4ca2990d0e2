package io.ratiskv.statemachine;

/**
 * Snapshots taken since the start.
 *
 * @param taken those that are on disk, or were until newer ones came
 * @param failed those that could not be written
 * @param nanos what all that were taken took
 * @param lastMillis when the last one was finished, in milliseconds of the epoch; 0: none
 */
public record SnapshotCounts(long taken, long failed, long nanos, long lastMillis) {
  static final SnapshotCounts NONE = new SnapshotCounts(0, 0, 0, 0);

  SnapshotCounts withTaken(long took, long nowMillis) {
    return new SnapshotCounts(taken + 1, failed, nanos + took, nowMillis);
  }

  SnapshotCounts withFailed() {
    return new SnapshotCounts(taken, failed + 1, nanos, lastMillis);
  }
}
