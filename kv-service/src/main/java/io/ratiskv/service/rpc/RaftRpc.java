package io.ratiskv.service.rpc;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerRpc;
import org.apache.ratis.server.ServerFactory;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.jspecify.annotations.Nullable;

/**
 * How the servers of a cluster speak to each other: Ratis's own messages, on plain connections.
 * There is nothing at its port for Ratis's clients and administrators, who could append entries and
 * change the members.
 *
 * <p>Ratis makes one of it for each server, by the name of the class: see {@link
 * org.apache.ratis.RaftConfigKeys.Rpc#setType}. The server has to be built with {@link
 * RaftPort#parameters}.
 */
public final class RaftRpc implements RpcType {
  /** What Ratis finds it by. */
  @Override
  public String name() {
    return RaftRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(this, RaftPort.of(parameters));
  }

  private static final class Factory implements ServerFactory {
    private final RpcType type;
    private final RaftPort port;
    private @Nullable Dialer dialer;

    Factory(RpcType type, RaftPort port) {
      this.type = type;
      this.port = port;
    }

    @Override
    public RpcType getRpcType() {
      return type;
    }

    /** Called once, while the server is made. */
    @Override
    public RaftServerRpc newRaftServerRpc(RaftServer server) {
      Dialer made = new Dialer(server::getId, port.tls());
      dialer = made;
      try {
        return new RaftTransport(type, server, made, port);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division division, LeaderState state, FollowerInfo follower) {
      Dialer made = dialer;
      if (made == null) {
        throw new IllegalStateException("a leader before its server");
      }
      return new Appender(division, state, follower, made);
    }
  }
}
