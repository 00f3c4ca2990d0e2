package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DataFolder.Identity;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftPeer;

/**
 * Makes the data folders of a cluster that begins with the data of an earlier one: after a backup,
 * or with what one server had.
 *
 * <p>It is a new life of the cluster, with an epoch of its own, in which no session of the earlier
 * one exists; and another Raft group, so that a server of the earlier one that comes back has no
 * part in it. The members stand in the folders.
 */
public final class NewCluster {
  /** Short enough to be read, long enough to be met once. */
  private static final int EPOCH_BITS = 48;

  private final String cluster;
  private final List<Peer> members;
  private final Map<String, String> lives = new TreeMap<>();
  private final long epoch;

  /**
   * One server.
   *
   * @param client where clients connect
   * @param raft where the other servers connect
   */
  public record Peer(String id, String client, String raft) {
    RaftPeer toRaft() {
      return RaftPeer.newBuilder().setId(id).setAddress(raft).setClientAddress(client).build();
    }
  }

  /**
   * A cluster that isn't there yet.
   *
   * @param members all of them
   */
  public NewCluster(String cluster, List<Peer> members) {
    this.cluster = cluster;
    this.members = List.copyOf(members);
    members.forEach(member -> lives.put(member.id(), Life.begin().number()));
    this.epoch = 1 + (new SecureRandom().nextLong() >>> (Long.SIZE - EPOCH_BITS));
  }

  public long epoch() {
    return epoch;
  }

  /**
   * Makes a folder for each member in {@code into}, by its id: all of them or, if it fails, none.
   *
   * @param into absent, or empty
   * @throws DataFolderException if it is neither
   * @throws IOException if the file system fails
   */
  public void make(SnapshotView state, Path into) throws IOException {
    Path target = into.toAbsolutePath().normalize();
    refuseUsed(target);
    Path parent = target.getParent();
    if (parent == null) {
      throw new DataFolderException(target, "a folder to be made", "the root", "name another");
    }
    DurableFiles.createFolder(parent);
    Path partial = Files.createTempDirectory(parent, target.getFileName() + ".partial-");
    try {
      for (Peer member : members) {
        make(state.inEpoch(epoch), member.id(), partial.resolve(member.id()));
      }
      DurableFiles.forceFolder(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.forceParent(target);
    } catch (IOException | RuntimeException e) {
      DurableFiles.deleteTree(partial);
      throw e;
    }
  }

  /** Refuses a folder with something in it. */
  public static void refuseUsed(Path into) throws IOException {
    if (Files.exists(into)) {
      try (Stream<Path> files = Files.list(into)) {
        if (files.findAny().isPresent()) {
          throw new DataFolderException(
              into, "a folder that is absent or empty", "one with files", "name another");
        }
      }
    }
  }

  private void make(SnapshotView state, String id, Path folder) throws IOException {
    Path snapshot =
        FirstSnapshot.write(
            folder.resolve(DataFolder.RAFT),
            RaftGroups.id(cluster, epoch),
            members.stream().map(Peer::toRaft).toList(),
            state);
    String life = lives.getOrDefault(id, "");
    new LifeFile(folder).write(new Life(life, Life.Place.FOUNDER, lives, false, epoch));
    // Last: it makes the folder one.
    new IdentityFile(folder).write(new Identity(cluster, id));
    BackupFile.check(snapshot);
  }
}
