package io.ratiskv.service.rpc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/** What is behind a server's port, as far as the port needs it. */
final class FakeRatis {
  /** An append that came, to be answered by the test. */
  record Append(
      AppendEntriesRequestProto request, CompletableFuture<AppendEntriesReplyProto> reply) {}

  final BlockingQueue<Append> appends = new LinkedBlockingQueue<>();
  final BlockingQueue<RequestVoteRequestProto> votes = new LinkedBlockingQueue<>();

  /** The answer to each chunk of a snapshot. */
  volatile InstallSnapshotReplyProto installed = InstallSnapshotReplyProto.getDefaultInstance();

  final AtomicInteger chunks = new AtomicInteger();
  volatile long flushIndex;
  volatile boolean ready = true;

  /** Whom it follows; null: nobody. */
  volatile @Nullable String leader;

  volatile long term = 5;

  /** The last entry of its log, and what its snapshot holds; null: there is none. */
  volatile @Nullable TermIndex last = TermIndex.valueOf(5, 0);

  volatile @Nullable TermIndex snapshot;

  /** The members, as it knows them, and those that they are to replace. */
  volatile List<RaftPeer> members = List.of();

  volatile List<RaftPeer> previousMembers = List.of();

  /** What had it stand for election. */
  final BlockingQueue<StartLeaderElectionRequestProto> elections = new LinkedBlockingQueue<>();

  private final RaftPeerId id;

  FakeRatis(String id) {
    this.id = RaftPeerId.valueOf(id);
  }

  RaftServer server() {
    return proxy(
        RaftServer.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "getId" -> id;
              case "requestVote" -> vote((RequestVoteRequestProto) args[0]);
              case "appendEntriesAsync" -> append((AppendEntriesRequestProto) args[0]);
              case "installSnapshot" -> {
                chunks.incrementAndGet();
                yield installed;
              }
              case "startLeaderElection" -> {
                elections.add((StartLeaderElectionRequestProto) args[0]);
                yield StartLeaderElectionReplyProto.getDefaultInstance();
              }
              case "getDivision" -> division();
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private RequestVoteReplyProto vote(RequestVoteRequestProto request)
      throws ServerNotReadyException {
    if (!ready) {
      throw new ServerNotReadyException("not yet");
    }
    votes.add(request);
    RequestVoteReplyProto.Builder reply = RequestVoteReplyProto.newBuilder().setTerm(term);
    if (last != null) {
      reply.setLastEntry(last.toProto());
    }
    return reply.build();
  }

  private CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request) {
    CompletableFuture<AppendEntriesReplyProto> reply = new CompletableFuture<>();
    appends.add(new Append(request, reply));
    return reply;
  }

  private RaftServer.Division division() {
    return proxy(
        RaftServer.Division.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "getInfo" -> info();
              case "getGroup" -> RaftGroup.valueOf(RaftGroupId.valueOf(new UUID(1, 1)), members);
              case "getRaftConf" -> configuration();
              case "getRaftLog" -> log();
              case "getStateMachine" -> stateMachine();
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private DivisionInfo info() {
    return proxy(
        DivisionInfo.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "isFollower" -> true;
              case "getLeaderId" -> leader == null ? null : RaftPeerId.valueOf(leader);
              case "getCurrentTerm" -> term;
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private RaftConfiguration configuration() {
    return proxy(
        RaftConfiguration.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "getPeer" ->
                  members.stream().filter(each -> each.getId().equals(args[0])).findAny().get();
              case "getCurrentPeers" -> members;
              case "getPreviousPeers" -> previousMembers;
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private RaftLog log() {
    return proxy(
        RaftLog.class,
        (self, method, args) ->
            method.getName().equals("getLastEntryTermIndex") ? last : (Object) flushIndex);
  }

  private StateMachine stateMachine() {
    return proxy(
        StateMachine.class,
        (self, method, args) ->
            snapshot == null ? null : new FileListSnapshotInfo(List.of(), snapshot));
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
