package io.ratiskv.service.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a snapshot to a follower that the leader's log doesn't reach any more. */
final class SnapshotSending {
  /** For a chunk to be written, on a disk that is busy. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotSending.class);

  private final LogAppender appender;
  private final SnapshotInfo snapshot;
  private final FollowerInfo follower;

  SnapshotSending(LogAppender appender, SnapshotInfo snapshot) {
    this.appender = appender;
    this.snapshot = snapshot;
    this.follower = appender.getFollower();
  }

  /**
   * Sends it chunk after chunk, each after the answer to the one before.
   *
   * @throws IOException if the follower doesn't have it after that
   */
  void on(Wire chunks) throws IOException {
    LOG.info(
        "{}: the follower's next entry is {}, the log begins at {}: sending the snapshot at {}",
        appender,
        follower.getNextIndex(),
        appender.getRaftLog().getStartIndex(),
        snapshot.getTermIndex());
    InstallSnapshotReplyProto reply = null;
    String id = UUID.randomUUID().toString();
    for (InstallSnapshotRequestProto chunk : appender.newInstallSnapshotRequests(id, snapshot)) {
      if (!appender.isRunning()) {
        throw new IOException("stopped");
      }
      follower.updateLastRpcSendTime(false);
      reply = chunks.call(Kind.SNAPSHOT, chunk, InstallSnapshotReplyProto.parser());
      follower.updateLastRpcResponseTime();
      if (!reply.getServerReply().getSuccess()) {
        break;
      }
    }
    if (reply != null) {
      sent(reply);
    }
  }

  private void sent(InstallSnapshotReplyProto reply) throws IOException {
    switch (reply.getResult()) {
      case SUCCESS -> {
        follower.setSnapshotIndex(snapshot.getIndex());
        follower.setAttemptedToInstallSnapshot();
        appender.getServer().getRaftServerMetrics().onSnapshotInstalled();
        LOG.info("{}: the snapshot at {} is there", appender, snapshot.getTermIndex());
      }
      // It has committed as much. How much, it says only of a notification: see
      // SnapshotInstallationHandler.
      case ALREADY_INSTALLED -> {
        follower.setSnapshotIndex(snapshot.getIndex());
        follower.setAttemptedToInstallSnapshot();
        appender.getLeaderState().onFollowerCommitIndex(follower, snapshot.getIndex());
        LOG.info("{}: the snapshot at {} was there", appender, snapshot.getTermIndex());
      }
      case NOT_LEADER -> appender.onFollowerTerm(reply.getTerm());
      default -> throw new IOException("it says " + reply.getResult());
    }
  }
}
