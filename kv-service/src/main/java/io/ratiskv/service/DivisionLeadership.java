package io.ratiskv.service;

import io.ratiskv.protocol.v1.Leader;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** What Ratis says. */
final class DivisionLeadership implements Leadership {
  private final RaftServer.Division division;
  private final Function<RaftPeer, String> endpoints;

  DivisionLeadership(RaftServer.Division division, Function<RaftPeer, String> endpoints) {
    this.division = division;
    this.endpoints = endpoints;
  }

  @Override
  public boolean isHere() {
    return division.getInfo().isLeader();
  }

  @Override
  public @Nullable Leader leader() {
    DivisionInfo info = division.getInfo();
    RaftPeerId id = info.getLeaderId();
    if (id == null) {
      return null;
    }
    RaftPeer peer = division.getRaftConf().getPeer(id);
    return Leader.newBuilder()
        .setServer(id.toString())
        .setEndpoint(peer == null ? "" : endpoints.apply(peer))
        .setTerm(info.getCurrentTerm())
        .build();
  }
}
