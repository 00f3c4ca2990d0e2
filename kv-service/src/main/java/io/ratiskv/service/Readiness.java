package io.ratiskv.service;

import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;

/**
 * Whether a server does its part: there is a leader, and it is this one and takes writes, or this
 * one has nearly caught up with it. What decides whether the next server may be taken down.
 *
 * @param isReady whether
 * @param words in a line, for a person
 */
record Readiness(boolean isReady, String words) {
  /** Under load a follower is a few entries behind, at any moment. */
  private static final long MAX_LAG_ENTRIES = 1_000;

  static Readiness of(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    if (!info.isAlive()) {
      return new Readiness(false, "Raft is " + info.getLifeCycleState() + " here");
    }
    if (info.isLeader()) {
      return info.isLeaderReady()
          ? new Readiness(true, "leads")
          : new Readiness(false, "leads, but may not take writes yet");
    }
    RaftPeerId leader = info.getLeaderId();
    if (leader == null) {
      return new Readiness(false, "knows no leader");
    }
    long lag = lag(division);
    return lag > MAX_LAG_ENTRIES
        ? new Readiness(false, "follows " + leader + ", and is " + lag + " log entries behind")
        : new Readiness(true, "follows " + leader);
  }

  /** Entries that the leader is known to have committed, and that aren't applied here. */
  static long lag(RaftServer.Division division) {
    DivisionInfo info = division.getInfo();
    RaftPeerId leader = info.getLeaderId();
    long committed = division.getRaftLog().getLastCommittedIndex();
    for (CommitInfoProto commit : division.getCommitInfos()) {
      if (leader != null && commit.getServer().getId().equals(leader.toByteString())) {
        committed = Math.max(committed, commit.getCommitIndex());
      }
    }
    return Math.max(0, committed - info.getLastAppliedIndex());
  }
}
