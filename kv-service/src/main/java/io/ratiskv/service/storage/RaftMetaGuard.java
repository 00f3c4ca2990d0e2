package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftGroupId;

/**
 * Puts back the two small files beside the log that Ratis 3.3.0 leaves empty where it can't write
 * them. Its {@code AtomicFileOutputStream}, closed after a write that failed, as it is in {@code
 * RaftStorageMetadataFileImpl.atomicWrite} and in {@code RaftStorageImpl.writeRaftConfiguration},
 * gives what there is of the temporary file the name of the good one. A server can't start without
 * its term and vote, and the members may stand nowhere else. So there is room for both, set aside
 * while there was some:
 *
 * <pre>
 * spare-vote      for raft-meta
 * spare-members   for raft-meta.conf
 * </pre>
 *
 * <p>What is put back as the vote is the term that the server is in, with a vote for itself. So it
 * votes for nobody else in that term, whomever it may have promised its vote; and it takes none of
 * its own, since after a start it stands in later terms only.
 *
 * <p>Thread-safe.
 */
public final class RaftMetaGuard {
  private final Path files;
  private final String server;
  private final SpareFile voteRoom;
  private final SpareFile membersRoom;

  /** As Ratis has written them last, or has tried to; guarded by this. */
  private LogEntryProto members;

  private RaftMetaGuard(Path root, Path files, String server) throws IOException {
    this.files = files;
    this.server = server;
    this.voteRoom = new SpareFile(root.resolve("spare-vote"));
    this.membersRoom = new SpareFile(root.resolve("spare-members"));
    this.members = RaftMeta.members(files);
  }

  /**
   * For a server of this folder whose files have been checked ({@link RaftMeta#check}). It has no
   * room yet.
   *
   * @throws IOException if the members can't be read
   */
  public static RaftMetaGuard of(DataFolder folder, RaftGroupId group, String server)
      throws IOException {
    Path files = folder.raft().resolve(group.getUuid().toString()).resolve("current");
    return new RaftMetaGuard(folder.root(), files, server);
  }

  /**
   * Sets room aside, where there is none: before the server runs, and after some was used.
   *
   * @throws IOException if the disk has none
   */
  public synchronized void setRoomAside() throws IOException {
    voteRoom.keep();
    membersRoom.keep();
  }

  /**
   * Sees that the members are written, of which Ratis has just written this entry, or tried to.
   *
   * @throws IOException if they aren't, and can't be
   */
  public synchronized void written(LogEntryProto entry) throws IOException {
    members = entry;
    if (RaftMeta.areMembersDamaged(files) || !RaftMeta.members(files).equals(entry)) {
      putBackMembers();
    }
  }

  /** Whether there is something to put back: a file is there and can't be what Ratis wrote. */
  public synchronized boolean isDamaged() throws IOException {
    return RaftMeta.isVoteDamaged(files) || areMembersDamaged();
  }

  /** Where no members are known, there were none, and none are missing. */
  private boolean areMembersDamaged() throws IOException {
    return members.hasConfigurationEntry() && RaftMeta.areMembersDamaged(files);
  }

  /**
   * Puts back what is damaged, durably, and nothing else.
   *
   * @param term the latest in which the server may have promised anything
   * @throws IOException if it can't be written
   */
  public synchronized void putBack(long term) throws IOException {
    if (RaftMeta.isVoteDamaged(files)) {
      voteRoom.become(RaftMeta.vote(files), RaftMeta.text(new RaftMeta.Vote(term, server)));
    }
    if (areMembersDamaged()) {
      putBackMembers();
    }
  }

  private void putBackMembers() throws IOException {
    membersRoom.become(RaftMeta.membersFile(files), members.toByteArray());
  }
}
