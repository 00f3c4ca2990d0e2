package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DataFolder.Identity;
import io.ratiskv.statemachine.core.CorruptSnapshotException;
import io.ratiskv.statemachine.core.SnapshotSummary;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * The data folder of a server that doesn't run, to be looked at: held against every server until it
 * is closed, and not changed.
 */
public final class OfflineFolder implements AutoCloseable {
  private final Path root;
  private final @Nullable FolderLock lock;
  private final Identity identity;
  private final Life life;
  private final int maxEntryBytes;

  private OfflineFolder(
      Path root, @Nullable FolderLock lock, Identity identity, Life life, int maxEntryBytes) {
    this.root = root;
    this.lock = lock;
    this.identity = identity;
    this.life = life;
    this.maxEntryBytes = maxEntryBytes;
  }

  /**
   * A snapshot of the folder.
   *
   * @param summary null if it isn't whole
   * @param fault what is wrong with it; empty if nothing is
   */
  public record Snapshot(Path file, @Nullable SnapshotSummary summary, String fault) {}

  /**
   * What is in the folder.
   *
   * @param raft the folder of its Raft group
   * @param vote null if it has none, since it has never run
   * @param members of the cluster, as the last change says that is in the folder:
   *     ID=HOST:PORT/HOST:PORT each, ascending; empty where none is
   * @param snapshots newest first
   * @param lastTerm of the last entry that it has, in the log or in a snapshot; -1: none
   * @param lastIndex of that entry
   */
  public record Contents(
      Path raft,
      RaftMeta.@Nullable Vote vote,
      List<String> members,
      List<Snapshot> snapshots,
      LogContents log,
      long lastTerm,
      long lastIndex) {
    public Contents {
      members = List.copyOf(members);
      snapshots = List.copyOf(snapshots);
    }
  }

  /**
   * Opens the folder.
   *
   * @param maxEntryBytes as {@link RaftLogTail#repair} has it
   * @throws DataFolderException if it isn't one, or a server uses it
   */
  public static OfflineFolder open(Path root, int maxEntryBytes) throws IOException {
    Path folder = root.toAbsolutePath();
    if (!Files.exists(folder.resolve(IdentityFile.FILE_NAME))) {
      throw new DataFolderException(
          folder,
          "the data folder of a server",
          Files.isDirectory(folder) ? "no " + IdentityFile.FILE_NAME : "no folder",
          "name the folder that the server has as --data");
    }
    // A copy may lack the file; a server's own folder never does.
    FolderLock lock =
        Files.exists(folder.resolve(FolderLock.FILE_NAME)) ? FolderLock.take(folder) : null;
    try {
      Identity identity = new IdentityFile(folder).read().orElseThrow();
      OfflineFolder opened =
          new OfflineFolder(folder, lock, identity, DataFolder.lifeIn(folder), maxEntryBytes);
      opened.checkGroup();
      return opened;
    } catch (IOException | RuntimeException e) {
      if (lock != null) {
        lock.close();
      }
      throw e;
    }
  }

  /** The life names the group; where it was lost, that is another one than the folder's. */
  private void checkGroup() throws IOException {
    if (!Files.exists(root.resolve(LifeFile.FILE_NAME)) && life.ran() && !Files.exists(raft())) {
      throw DataFolderException.lost(
          root,
          "a " + LifeFile.FILE_NAME,
          "none, and the data of another life of the cluster than the first",
          "put the file back from a copy");
    }
  }

  public Identity identity() {
    return identity;
  }

  public Life life() {
    return life;
  }

  private Path raft() {
    return root.resolve(DataFolder.RAFT)
        .resolve(RaftGroups.id(identity.cluster(), life.epoch()).getUuid().toString());
  }

  private LogReader log() {
    return new LogReader(raft().resolve("current"), maxEntryBytes);
  }

  /**
   * Reads all of it, each file by itself.
   *
   * @throws DamagedLogException if the log or what stands beside it is damaged; a damaged snapshot
   *     is reported
   */
  public Contents contents() throws IOException {
    Path current = raft().resolve("current");
    LastMembers members = new LastMembers(current);
    LogContents log = log().read(members::see);
    RaftMeta.check(current, log.lastTerm(), life.ran());
    SnapshotCheck.check(raft(), life, log.entries() > 0);
    long lastTerm = log.lastTerm();
    long lastIndex = log.lastIndex();
    List<Snapshot> snapshots = new ArrayList<>();
    for (SnapshotFile file : SnapshotFile.list(raft().resolve("sm"))) {
      try {
        snapshots.add(new Snapshot(file.file(), file.check(), ""));
        // Behind an installed snapshot the log may have entries of a lower term, which the leader
        // replaces: they don't count.
        if (file.isAfter(lastTerm, lastIndex)) {
          lastTerm = file.term();
          lastIndex = file.index();
        }
      } catch (CorruptSnapshotException e) {
        snapshots.add(new Snapshot(file.file(), null, String.valueOf(e.getMessage())));
      }
    }
    return new Contents(
        raft(), RaftMeta.read(current), members.list(), snapshots, log, lastTerm, lastIndex);
  }

  /**
   * Makes the state of it: that of the newest snapshot which is whole, with all entries of the log
   * after it applied, whether or not they were committed.
   *
   * @throws IOException if it can't be made, since something is damaged or missing; says what
   */
  public SnapshotView state() throws IOException {
    LogContents log = log().read(entry -> {});
    Replay replay = Replay.from(SnapshotFile.list(raft().resolve("sm")), log, root);
    log().read(replay::apply);
    return replay.view();
  }

  @Override
  public void close() throws IOException {
    if (lock != null) {
      lock.close();
    }
  }

  /** Who the members are, by the last entry that says so. */
  private static final class LastMembers {
    private LogEntryProto last;

    LastMembers(Path current) throws IOException {
      this.last = RaftMeta.members(current);
    }

    void see(LogEntryProto entry) {
      if (entry.hasConfigurationEntry() && entry.getIndex() >= last.getIndex()) {
        last = entry;
      }
    }

    List<String> list() {
      return last.getConfigurationEntry().getPeersList().stream()
          .map(
              peer ->
                  peer.getId().toStringUtf8()
                      + "="
                      + peer.getClientAddress()
                      + "/"
                      + peer.getAddress())
          .sorted()
          .toList();
    }
  }
}
