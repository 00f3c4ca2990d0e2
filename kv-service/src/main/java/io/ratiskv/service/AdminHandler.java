package io.ratiskv.service;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.protocol.v1.TakeSnapshotReply;
import io.ratiskv.protocol.v1.TakeSnapshotRequest;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.core.KvState;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;

/** Answers an operator. */
final class AdminHandler extends AdminGrpc.AdminImplBase {
  private final ConnectHandler.Identity identity;
  private final RaftServer.Division division;
  private final KvStateMachine stateMachine;
  private final Leadership leadership;
  private final Snapshots snapshots;

  AdminHandler(
      ConnectHandler.Identity identity,
      RaftServer.Division division,
      KvStateMachine stateMachine,
      Leadership leadership,
      Snapshots snapshots) {
    this.identity = identity;
    this.division = division;
    this.stateMachine = stateMachine;
    this.leadership = leadership;
    this.snapshots = snapshots;
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<ServerStatus> out) {
    out.onNext(status());
    out.onCompleted();
  }

  ServerStatus status() {
    DivisionInfo info = division.getInfo();
    KvState state = stateMachine.state();
    KvState.Stamp digest = state.digest();
    SnapshotInfo snapshot = stateMachine.getLatestSnapshot();
    ServerStatus.Builder status =
        ServerStatus.newBuilder()
            .setCluster(identity.cluster())
            .setServer(identity.server())
            .setRole(role(info))
            .setTerm(info.getCurrentTerm())
            .setCommitIndex(division.getRaftLog().getLastCommittedIndex())
            .setAppliedIndex(info.getLastAppliedIndex())
            .setSnapshotIndex(snapshot == null ? -1 : snapshot.getIndex())
            .setKeys(state.keys())
            .setBytes(state.bytes())
            .setSessions(state.sessions())
            .setDigest(digest.digest())
            .setDigestIndex(digest.index())
            .setDuplicates(state.duplicates())
            .setLogBytes(snapshots.logBytes());
    Leader leader = leadership.leader();
    if (leader != null) {
      status.setLeader(leader.getServer()).setLeaderEndpoint(leader.getEndpoint());
    }
    return status.build();
  }

  private static ServerStatus.Role role(DivisionInfo info) {
    return switch (info.getCurrentRole()) {
      case LEADER -> ServerStatus.Role.LEADER;
      case FOLLOWER -> ServerStatus.Role.FOLLOWER;
      case CANDIDATE -> ServerStatus.Role.CANDIDATE;
      case LISTENER -> ServerStatus.Role.LISTENER;
      default -> ServerStatus.Role.ROLE_UNSPECIFIED;
    };
  }

  @Override
  public void takeSnapshot(TakeSnapshotRequest request, StreamObserver<TakeSnapshotReply> out) {
    var unused =
        snapshots
            .take()
            .whenComplete(
                (index, failure) -> {
                  if (failure == null) {
                    out.onNext(TakeSnapshotReply.newBuilder().setIndex(index).build());
                    out.onCompleted();
                  } else {
                    out.onError(
                        Status.INTERNAL
                            .withDescription("no snapshot was taken: " + failure.getMessage())
                            .asRuntimeException());
                  }
                });
  }
}
