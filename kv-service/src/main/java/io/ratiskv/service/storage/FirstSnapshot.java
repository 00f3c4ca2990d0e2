package io.ratiskv.service.storage;

import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * What all servers of a new cluster begin with, the same on each: a snapshot, the members, and the
 * snapshot's term. The log goes on from there.
 *
 * <p>A founder could begin without, but not vote: a candidate of Ratis that knows of a commit takes
 * no vote of a server whose log is empty ({@code LeaderElection.nonEmptyLog}), since that might be
 * one that lost its disk. Here it isn't one ({@link Life} sees to that), yet a cluster whose leader
 * died before the slower of its followers had its first entry would be without a leader until that
 * one is back.
 */
public final class FirstSnapshot {
  /** A valid term is 1 at least; a log begins at 0, and this stands for its first entry. */
  private static final long TERM = 1;

  private static final long INDEX = 0;

  private FirstSnapshot() {}

  /**
   * Writes that of an empty cluster, durably. Whatever an attempt that was cut short left is
   * replaced; to be called before the server first runs, for it has voted for nobody.
   *
   * @param raft where Ratis keeps its groups
   */
  public static void write(Path raft, RaftGroupId group, List<RaftPeer> members)
      throws IOException {
    write(raft, group, members, KvState.empty().view(TERM, INDEX));
  }

  /** Writes that of a cluster which goes on from {@code state}; returns the snapshot's file. */
  static Path write(Path raft, RaftGroupId group, List<RaftPeer> members, SnapshotView state)
      throws IOException {
    Path folder = raft.resolve(group.getUuid().toString());
    Path current = folder.resolve("current");
    Path snapshots = folder.resolve("sm");
    DurableFiles.createFolder(current);
    DurableFiles.createFolder(snapshots);
    Path snapshot = snapshots.resolve("snapshot." + state.term() + "_" + state.index());
    write(snapshot, state);
    RaftMeta.write(current, state.term(), entry(members, state));
    return snapshot;
  }

  /**
   * Before a start: while nothing was written to the cluster yet, as far as this server knows, its
   * members are where they are said to be now. Who they are was settled when it was founded.
   */
  public static void moveMembers(Path raft, RaftGroupId group, List<RaftPeer> members)
      throws IOException {
    Path current = raft.resolve(group.getUuid().toString()).resolve("current");
    LogEntryProto found = RaftMeta.members(current);
    LogEntryProto now = entry(members, KvState.empty().view(TERM, INDEX));
    boolean isFirst = found.getTerm() == TERM && found.getIndex() == INDEX;
    if (isFirst && ids(found).equals(ids(now)) && !found.equals(now)) {
      RaftMeta.writeMembers(current, now);
    }
  }

  private static Set<ByteString> ids(LogEntryProto entry) {
    return entry.getConfigurationEntry().getPeersList().stream()
        .map(RaftPeerProto::getId)
        .collect(Collectors.toSet());
  }

  private static LogEntryProto entry(List<RaftPeer> members, SnapshotView state) {
    RaftConfigurationProto.Builder configuration = RaftConfigurationProto.newBuilder();
    members.forEach(member -> configuration.addPeers(member.getRaftPeerProto()));
    return LogEntryProto.newBuilder()
        .setTerm(state.term())
        .setIndex(state.index())
        .setConfigurationEntry(configuration)
        .build();
  }

  private static void write(Path file, SnapshotView state) throws IOException {
    try (FileChannel channel =
        DurableFiles.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      state.writeTo(out);
      out.flush();
      channel.force(true);
    }
    DurableFiles.forceParent(file);
  }
}
