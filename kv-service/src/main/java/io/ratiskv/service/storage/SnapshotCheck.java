package io.ratiskv.service.storage;

import io.ratiskv.statemachine.core.CorruptSnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks, before Ratis opens a folder, that what is in it can be this server's data.
 *
 * <p>A founder has a snapshot from the start. Without one and without a log it would begin as a
 * cluster that never had anything: such is a folder of which a copy brought only a part.
 */
public final class SnapshotCheck {
  private SnapshotCheck() {}

  /**
   * Checks. Whether the snapshots are whole, whoever loads them finds out.
   *
   * @param group the folder of the Raft group; it may be absent
   * @param hasLog whether there is an entry in the log
   * @throws DataFolderException if all is gone, or a snapshot is of another life of the cluster
   */
  public static void check(Path group, Life life, boolean hasLog) throws IOException {
    List<SnapshotFile> snapshots = SnapshotFile.list(group.resolve("sm"));
    if (snapshots.isEmpty() && !hasLog && mustHaveData(life) && !isBeingInstalled(group)) {
      throw DataFolderException.lost(
          group,
          "a snapshot or a log, as each of the first servers of a cluster has",
          "neither",
          "if this is a copy, it isn't whole: make it again; if not, let the server rejoin");
    }
    for (SnapshotFile snapshot : snapshots) {
      checkEpoch(snapshot, life.epoch());
    }
  }

  /** Not one that joins, which gets it from the leader; nor one from before there were lives. */
  private static boolean mustHaveData(Life life) {
    return life.place() == Life.Place.FOUNDER && (life.ran() || !life.founders().isEmpty());
  }

  /** Ratis moves the old snapshots aside first; the server finds them there. */
  private static boolean isBeingInstalled(Path group) throws IOException {
    if (!Files.isDirectory(group)) {
      return false;
    }
    try (Stream<Path> files = Files.list(group)) {
      return files.anyMatch(file -> String.valueOf(file.getFileName()).startsWith("sm.tmp"));
    }
  }

  private static void checkEpoch(SnapshotFile snapshot, long expected) throws IOException {
    long found;
    try {
      found = snapshot.epoch();
    } catch (CorruptSnapshotException e) {
      return;
    }
    if (found != expected) {
      throw DataFolderException.lost(
          snapshot.file(),
          "a snapshot of epoch " + Long.toUnsignedString(expected) + " of the cluster",
          "one of epoch " + Long.toUnsignedString(found),
          "it is another cluster's, or of another life of this one: put the server's own files back,"
              + " or let it rejoin");
    }
  }
}
