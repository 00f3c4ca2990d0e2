package io.ratiskv.service;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;

/** Raft's configuration as the leader sees it, and how it is changed. */
final class RaftMembers {
  private final ClientId clientId = ClientId.randomId();
  private final RaftServer server;
  private final RaftServer.Division division;

  RaftMembers(RaftServer server, RaftServer.Division division) {
    this.server = server;
    this.division = division;
  }

  /** In the order of their ids. */
  List<RaftPeer> current() {
    Collection<RaftPeer> peers = division.getRaftConf().getCurrentPeers();
    return peers.stream()
        .sorted(Comparator.comparing((RaftPeer peer) -> peer.getId().toString()))
        .toList();
  }

  /** Whether they are, as far as it shows; Ratis itself looks again when it is asked. */
  boolean isChanging() {
    RaftConfiguration conf = division.getRaftConf();
    boolean caughtUp =
        conf.getLogEntryIndex() <= division.getRaftLog().getLastCommittedIndex()
            && conf.getPreviousPeers().isEmpty();
    return !caughtUp || followers().anyMatch(follower -> conf.getPeer(id(follower)) == null);
  }

  /** Those who answered this leader within that time, with itself. */
  List<String> present(Duration within) {
    List<String> present = new ArrayList<>(List.of(division.getId().toString()));
    followers()
        .filter(follower -> follower.getLastRpcElapsedTimeMs() < within.toMillis())
        .forEach(follower -> present.add(id(follower).toString()));
    return present;
  }

  /** All servers that this leader sends to, also one that is about to be added. */
  private Stream<ServerRpcProto> followers() {
    return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream();
  }

  private static RaftPeerId id(ServerRpcProto follower) {
    return RaftPeerId.valueOf(follower.getId().getId());
  }

  /**
   * Completed once they are the members.
   *
   * @param from who they are; if they aren't, nothing is changed
   */
  CompletableFuture<RaftClientReply> change(List<RaftPeer> from, List<RaftPeer> to) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            clientId,
            server.getId(),
            division.getGroup().getGroupId(),
            CallId.getAndIncrement(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setServersInCurrentConf(from)
                .setServersInNewConf(to)
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build());
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = server.setConfigurationAsync(request);
    } catch (IOException | RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    return reply.handle(
        (done, failure) -> {
          if (done == null || !done.isSuccess()) {
            throw AdminFailures.ofChange(done == null ? failure : done.getException());
          }
          return done;
        });
  }
}
