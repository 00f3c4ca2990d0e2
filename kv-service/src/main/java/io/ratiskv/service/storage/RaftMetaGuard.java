package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;
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
   * Where it writes on two threads, as while a snapshot is installed, the later members stay.
   *
   * @throws IOException if they aren't, and can't be
   */
  public synchronized void written(LogEntryProto entry) throws IOException {
    if (!members.hasConfigurationEntry() || entry.getIndex() >= members.getIndex()) {
      members = entry;
    }
    if (areMembersBehind()) {
      putBackMembers();
    }
  }

  /**
   * Whether there is something to put back: a file is there and can't be what Ratis wrote, or is of
   * before what it meant to write.
   *
   * @param term that the server is in
   */
  public synchronized boolean isBehind(long term) throws IOException {
    return isVoteBehind(term) || areMembersBehind();
  }

  private boolean isVoteBehind(long term) throws IOException {
    if (RaftMeta.isVoteDamaged(files)) {
      return true;
    }
    RaftMeta.Vote vote = RaftMeta.read(files);
    return vote != null && vote.term() < term;
  }

  /** Where no members are known, there were none, and none are missing. */
  private boolean areMembersBehind() throws IOException {
    return members.hasConfigurationEntry()
        && (RaftMeta.areMembersDamaged(files)
            || RaftMeta.members(files).getIndex() < members.getIndex());
  }

  /**
   * Puts back what is damaged or behind, durably, and nothing else.
   *
   * @param term that the server is in, the latest in which it may have promised anything; it may
   *     grow meanwhile
   * @return whether there was something that Ratis could not write. Members of before aren't: it
   *     writes these, too, when it applies entries again after a start
   * @throws IOException if it can't be written
   */
  public synchronized boolean putBack(LongSupplier term) throws IOException {
    boolean isVoteBack = putBackVote(term);
    boolean wereMembersDamaged =
        members.hasConfigurationEntry() && RaftMeta.areMembersDamaged(files);
    if (areMembersBehind()) {
      putBackMembers();
    }
    return isVoteBack || wereMembersDamaged;
  }

  /**
   * Ratis may be writing it too, as a candidate: it goes to the next term first, and votes for
   * itself. So what it has written meanwhile stays, or is written once more.
   */
  private boolean putBackVote(LongSupplier term) throws IOException {
    boolean isBack = false;
    for (long present = term.getAsLong(); isVoteBehind(present); present = term.getAsLong()) {
      Path vote = RaftMeta.vote(files);
      voteRoom.fill(vote, RaftMeta.text(new RaftMeta.Vote(present, server)));
      if (isVoteBehind(present)) {
        voteRoom.takePlaceOf(vote);
        isBack = true;
      }
    }
    return isBack;
  }

  private void putBackMembers() throws IOException {
    Path file = RaftMeta.membersFile(files);
    membersRoom.fill(file, members.toByteArray());
    membersRoom.takePlaceOf(file);
  }
}
