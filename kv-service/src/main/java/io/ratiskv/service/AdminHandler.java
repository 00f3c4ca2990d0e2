package io.ratiskv.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.AddMemberRequest;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.BackupPart;
import io.ratiskv.protocol.v1.BackupRequest;
import io.ratiskv.protocol.v1.ChangeParametersReply;
import io.ratiskv.protocol.v1.ChangeParametersRequest;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.FoundingState;
import io.ratiskv.protocol.v1.GetFoundingRequest;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.ListMembersRequest;
import io.ratiskv.protocol.v1.MemberList;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.RemoveMemberRequest;
import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.protocol.v1.SetParameters;
import io.ratiskv.protocol.v1.TakeSnapshotReply;
import io.ratiskv.protocol.v1.TakeSnapshotRequest;
import io.ratiskv.protocol.v1.TransferLeadershipReply;
import io.ratiskv.protocol.v1.TransferLeadershipRequest;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.core.EntryDecoder;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.MalformedException;
import io.ratiskv.statemachine.core.Reply;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/** Answers an operator. */
final class AdminHandler extends AdminGrpc.AdminImplBase {
  private final ConnectHandler.Identity identity;
  private final RaftServer.Division division;
  private final KvStateMachine stateMachine;
  private final Leadership leadership;
  private final Committer committer;
  private final RequestMetrics requests;
  private final Snapshots snapshots;
  private final DiskUse disk;
  private final Membership membership;
  private final Handover handover;
  private final FoundingState founding;
  private final Backups backups = new Backups();

  AdminHandler(
      ConnectHandler.Identity identity,
      RaftServer.Division division,
      KvStateMachine stateMachine,
      Leadership leadership,
      Committer committer,
      RequestMetrics requests,
      Snapshots snapshots,
      DiskUse disk,
      Membership membership,
      Handover handover,
      FoundingState founding) {
    this.identity = identity;
    this.division = division;
    this.stateMachine = stateMachine;
    this.leadership = leadership;
    this.committer = committer;
    this.requests = requests;
    this.snapshots = snapshots;
    this.disk = disk;
    this.membership = membership;
    this.handover = handover;
    this.founding = founding;
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
            .setLogBytes(disk.sizes().log())
            .setSessionTtlMillis(state.parameters().sessionTtlMillis())
            .setEpoch(state.clusterEpoch())
            .setExpired(state.expired())
            .setOperations(state.operations().all())
            .setKeysRead(requests.keysRead())
            .setPendingRequests(committer.load().requests())
            .setUptimeMillis(ManagementFactory.getRuntimeMXBean().getUptime());
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
    CompletableFuture<Long> taken = snapshots.take();
    ((ServerCallStreamObserver<?>) out).setOnCancelHandler(() -> taken.cancel(false));
    var unused =
        taken.whenComplete(
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

  @Override
  public void changeParameters(
      ChangeParametersRequest request, StreamObserver<ChangeParametersReply> out) {
    long ttlMillis = request.getSessionTtlMillis();
    try {
      EntryDecoder.checkParameters(ttlMillis);
    } catch (MalformedException e) {
      out.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    SetParameters set = SetParameters.newBuilder().setSessionTtlMillis(ttlMillis).build();
    var unused = through(set).whenComplete((reply, failure) -> answer(out, reply, failure));
  }

  /** Through the log: what is known then is of this leader, after the call. */
  private CompletableFuture<Reply> through(SetParameters set) {
    Request.OwnWrite write = Request.OwnWrite.of(Command.newBuilder().setSetParameters(set));
    Refusal.Builder refusal =
        leadership.isHere() ? committer.offer(write) : Refusals.notLeader(leadership);
    if (refusal != null) {
      write.refused(refusal);
    }
    return write.reply();
  }

  @Override
  public void backup(BackupRequest request, StreamObserver<BackupPart> out) {
    backups.send(this::snapshotOfNow, (ServerCallStreamObserver<BackupPart>) out);
  }

  private CompletableFuture<Path> snapshotOfNow() {
    return through(SetParameters.getDefaultInstance())
        .exceptionally(
            failure -> {
              throw Status.ABORTED.withDescription(failure.getMessage()).asRuntimeException();
            })
        .thenComposeAsync(current -> snapshots.take())
        .thenApply(index -> snapshots.latestFile());
  }

  @Override
  public void listMembers(ListMembersRequest request, StreamObserver<MemberList> out) {
    answer(out, membership::list);
  }

  @Override
  public void addMember(AddMemberRequest request, StreamObserver<MemberList> out) {
    answer(out, () -> membership.add(request.getMember()));
  }

  @Override
  public void removeMember(RemoveMemberRequest request, StreamObserver<MemberList> out) {
    answer(out, () -> membership.remove(request.getServer()));
  }

  @Override
  public void transferLeadership(
      TransferLeadershipRequest request, StreamObserver<TransferLeadershipReply> out) {
    answer(
        out,
        () ->
            handover
                .to(request.getServer())
                .thenApply(done -> TransferLeadershipReply.getDefaultInstance()));
  }

  @Override
  public void getFounding(GetFoundingRequest request, StreamObserver<FoundingState> out) {
    out.onNext(founding);
    out.onCompleted();
  }

  private static <A> void answer(StreamObserver<A> out, Supplier<CompletableFuture<A>> question) {
    CompletableFuture<A> answer;
    try {
      answer = question.get();
    } catch (StatusRuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    var unused =
        answer.whenComplete(
            (list, failure) -> {
              if (failure == null) {
                out.onNext(list);
                out.onCompleted();
              } else {
                out.onError(failure instanceof CompletionException ? failure.getCause() : failure);
              }
            });
  }

  private static void answer(
      StreamObserver<ChangeParametersReply> out,
      @Nullable Reply reply,
      @Nullable Throwable failure) {
    if (reply instanceof Reply.Configured configured) {
      out.onNext(
          ChangeParametersReply.newBuilder()
              .setSessionTtlMillis(configured.parameters().sessionTtlMillis())
              .build());
      out.onCompleted();
    } else {
      out.onError(AdminFailures.ofCommand(failure));
    }
  }
}
