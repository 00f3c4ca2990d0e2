package io.ratiskv.service.rpc;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;

/**
 * The network as Ratis sees it. What a leader sends all the time goes through {@link Appender}; the
 * rest is rare, and has a connection for each call.
 *
 * <p>Any thread may call. A call waits for its answer, a few seconds at most.
 */
final class RaftTransport implements RaftServerRpc {
  /** Longer than an answer takes that includes an fsync on a busy disk. */
  private static final Duration ANSWER = Duration.ofSeconds(3);

  private final RpcType type;
  private final Dialer dialer;
  private final Listener listener;

  RaftTransport(RpcType type, RaftServer server, Dialer dialer, RaftPort port) throws IOException {
    this.type = type;
    this.dialer = dialer;
    this.listener = new Listener(server, port, new Succession(server, dialer, port.hears()));
  }

  @Override
  public RpcType getRpcType() {
    return type;
  }

  @Override
  public void start() throws IOException {
    listener.start();
  }

  @Override
  public InetSocketAddress getInetSocketAddress() {
    return listener.address();
  }

  @Override
  public void addRaftPeers(Collection<RaftPeer> peers) {
    peers.forEach(dialer::know);
  }

  /** Nothing is kept that could be made anew. */
  @Override
  public void handleException(RaftPeerId peer, Exception failure, boolean reconnect) {}

  @Override
  public RequestVoteReplyProto requestVote(RequestVoteRequestProto request) throws IOException {
    return call(Kind.VOTE, request.getServerRequest(), request, RequestVoteReplyProto.parser());
  }

  @Override
  public AppendEntriesReplyProto appendEntries(AppendEntriesRequestProto request)
      throws IOException {
    return call(Kind.APPEND, request.getServerRequest(), request, AppendEntriesReplyProto.parser());
  }

  @Override
  public InstallSnapshotReplyProto installSnapshot(InstallSnapshotRequestProto request)
      throws IOException {
    return call(
        Kind.SNAPSHOT, request.getServerRequest(), request, InstallSnapshotReplyProto.parser());
  }

  @Override
  public StartLeaderElectionReplyProto startLeaderElection(StartLeaderElectionRequestProto request)
      throws IOException {
    return call(
        Kind.ELECTION, request.getServerRequest(), request, StartLeaderElectionReplyProto.parser());
  }

  private <M> M call(Kind kind, RaftRpcRequestProto to, MessageLite request, Parser<M> parser)
      throws IOException {
    try (Wire wire = dialer.dial(RaftPeerId.valueOf(to.getReplyId()), ANSWER)) {
      return wire.call(kind, request, parser);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
