package io.ratiskv.it;

import io.ratiskv.service.rpc.RaftPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.impl.MiniRaftCluster;

/** Ratis's MiniRaftCluster, whose servers speak to each other as ours do. */
final class MiniRaft extends MiniRaftCluster.RpcBase {
  private static final String[] NO_LISTENERS = {};

  private MiniRaft(String[] ids, RaftProperties properties) {
    super(ids, NO_LISTENERS, properties, null);
  }

  /** Not started yet; its servers are called s0, s1, … */
  static MiniRaft of(int size, RaftProperties properties) {
    return new MiniRaft(generateIds(size, 0), properties);
  }

  @Override
  protected Parameters setPropertiesAndInitParameters(
      RaftPeerId id, RaftGroup group, RaftProperties properties) {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), getPort(id, group));
    // Tests part them inside of Ratis: see Links.
    return new RaftPort(address, null, other -> true).parameters();
  }

  /** For tests of Ratis's own. */
  @Override
  protected void blockQueueAndSetDelay(String leaderId, int delayMs) {
    throw new UnsupportedOperationException();
  }
}
