package io.ratiskv.service.rpc;

import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's gRPC, whose leaders send with a {@link QuietAppender}. Nothing differs on the wire, so
 * servers with this and with {@link org.apache.ratis.rpc.SupportedRpcType#GRPC} understand each
 * other.
 *
 * <p>Ratis makes one of it for each server, by the name of the class: see {@link
 * org.apache.ratis.RaftConfigKeys.Rpc#setType}.
 */
public final class RaftRpc implements RpcType {
  /** What Ratis finds it by. */
  @Override
  public String name() {
    return RaftRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  private static final class Factory extends GrpcFactory {
    Factory(Parameters parameters) {
      super(parameters);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState state, FollowerInfo follower) {
      return new QuietAppender(division, state, follower);
    }
  }
}
