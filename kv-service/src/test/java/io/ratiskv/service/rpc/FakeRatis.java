package io.ratiskv.service.rpc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;

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
    return RequestVoteReplyProto.newBuilder().setTerm(request.getCandidateTerm()).build();
  }

  private CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request) {
    CompletableFuture<AppendEntriesReplyProto> reply = new CompletableFuture<>();
    appends.add(new Append(request, reply));
    return reply;
  }

  private RaftServer.Division division() {
    RaftLog log = proxy(RaftLog.class, (self, method, args) -> flushIndex);
    return proxy(RaftServer.Division.class, (self, method, args) -> log);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
