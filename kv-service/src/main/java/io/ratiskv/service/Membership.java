package io.ratiskv.service;

import static io.ratiskv.service.AdminFailures.notNow;
import static io.ratiskv.service.AdminFailures.refused;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ratiskv.protocol.v1.ClusterMember;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.MemberList;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.SetParameters;
import io.ratiskv.statemachine.core.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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

/**
 * The members of the cluster, at the leader. One is added or removed at a time. The members are
 * Raft's own configuration, which is in its log; the ids of those that left are in the replicated
 * state.
 *
 * <p>Answers fail with a {@link StatusRuntimeException}: {@code FAILED_PRECONDITION} with the
 * reason of a refusal; {@code ABORTED} where it is not possible now, or not here, and nothing was
 * done; {@code UNAVAILABLE} where it isn't known whether it was done.
 */
final class Membership {
  /** For the others to answer the leader, which they do a few times a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final ClientId clientId = ClientId.randomId();
  private final RaftServer server;
  private final RaftServer.Division division;
  private final Leadership leadership;
  private final Committer committer;
  private final LongSupplier epoch;

  Membership(
      RaftServer server,
      RaftServer.Division division,
      Leadership leadership,
      Committer committer,
      LongSupplier epoch) {
    this.server = server;
    this.division = division;
    this.leadership = leadership;
    this.committer = committer;
    this.epoch = epoch;
  }

  /** Who the members are now: an entry of this leader was committed after the question. */
  CompletableFuture<MemberList> list() {
    return configured(SetParameters.getDefaultInstance()).thenApply(this::list);
  }

  /** Completed once the server has caught up and votes. */
  CompletableFuture<MemberList> add(ClusterMember member) {
    Member added = checked(member);
    return configured(SetParameters.getDefaultInstance())
        .thenCompose(
            configured -> {
              List<RaftPeer> members = members();
              for (RaftPeer peer : members) {
                if (peer.getId().toString().equals(added.id())) {
                  return sameOrRefused(peer, added, configured);
                }
                refuseSharedEndpoint(peer, added);
              }
              if (configured.parameters().retiredServers().contains(added.id())) {
                throw refused(
                    added.id()
                        + " was a member, and left: nobody joins under its id again, take another");
              }
              List<RaftPeer> changed = new ArrayList<>(members);
              changed.add(peer(added));
              return change(members, changed).thenApply(done -> list(configured));
            });
  }

  private CompletableFuture<MemberList> sameOrRefused(
      RaftPeer peer, Member added, Reply.Configured configured) {
    if (peer.getAddress().equals(added.raft().toString())
        && peer.getClientAddress().equals(added.client().toString())) {
      return CompletableFuture.completedFuture(list(configured));
    }
    throw refused(
        added.id()
            + " is a member already, at "
            + peer.getClientAddress()
            + "/"
            + peer.getAddress());
  }

  private static void refuseSharedEndpoint(RaftPeer peer, Member added) {
    if (peer.getAddress().equals(added.raft().toString())
        || added.client().toString().equals(peer.getClientAddress())) {
      throw refused(peer.getId() + " is at this endpoint, and is a member");
    }
  }

  private static Member checked(ClusterMember member) {
    try {
      return new Member(
          member.getServer(),
          Member.Endpoint.parse(member.getEndpoint()),
          Member.Endpoint.parse(member.getRaftEndpoint()));
    } catch (IllegalArgumentException e) {
      throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
    }
  }

  static RaftPeer peer(Member member) {
    return RaftPeer.newBuilder()
        .setId(member.id())
        .setAddress(member.raft().toString())
        // Ratis's own clients are not let in anywhere; this is where ours go.
        .setClientAddress(member.client().toString())
        .build();
  }

  /** Completed once the others are a cluster without it. */
  CompletableFuture<MemberList> remove(String id) {
    return configured(SetParameters.getDefaultInstance())
        .thenCompose(
            configured -> {
              List<RaftPeer> members = members();
              List<RaftPeer> rest =
                  members.stream().filter(peer -> !peer.getId().toString().equals(id)).toList();
              if (rest.size() == members.size()) {
                if (configured.parameters().retiredServers().contains(id)) {
                  return CompletableFuture.completedFuture(list(configured));
                }
                throw refused("there is no member " + id + ", and there was none");
              }
              return awaitQuorum(id, rest, System.nanoTime())
                  // First of all: whatever comes between, its id is not used again.
                  .thenCompose(
                      there -> {
                        refuseDuringChange();
                        return configured(SetParameters.newBuilder().setRetiredServer(id).build());
                      })
                  .thenCompose(retired -> changeAfterRetirement(id, members, rest, retired));
            });
  }

  private CompletableFuture<MemberList> changeAfterRetirement(
      String id, List<RaftPeer> members, List<RaftPeer> rest, Reply.Configured retired) {
    return change(members, rest)
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw AdminFailures.afterRetirement(id, failure);
              }
              return list(retired);
            });
  }

  /** As far as it shows; Ratis itself looks again when it is asked. */
  private void refuseDuringChange() {
    RaftConfiguration conf = division.getRaftConf();
    boolean caughtUp =
        conf.getLogEntryIndex() <= division.getRaftLog().getLastCommittedIndex()
            && conf.getPreviousPeers().isEmpty();
    if (!caughtUp || followers().anyMatch(follower -> conf.getPeer(id(follower)) == null)) {
      throw notNow("another change of members is under way");
    }
  }

  /** Completed once a majority of {@code rest} has answered this leader after {@code start}. */
  private CompletableFuture<Void> awaitQuorum(String id, List<RaftPeer> rest, long start) {
    if (rest.isEmpty()) {
      throw refused(id + " is the only member");
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    List<String> present = present(waited);
    long there = rest.stream().filter(peer -> present.contains(peer.getId().toString())).count();
    if (2 * there > rest.size()) {
      return CompletableFuture.completedFuture(null);
    }
    if (waited.compareTo(PATIENCE) > 0) {
      throw refused(
          "without "
              + id
              + " there are "
              + rest.size()
              + " members, of which "
              + there
              + " answered: no majority");
    }
    return CompletableFuture.supplyAsync(() -> null, LATER)
        .thenCompose(later -> awaitQuorum(id, rest, start));
  }

  /** Those who answered this leader within that time, with itself. */
  private List<String> present(Duration within) {
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

  private List<RaftPeer> members() {
    Collection<RaftPeer> peers = division.getRaftConf().getCurrentPeers();
    return peers.stream()
        .sorted(Comparator.comparing((RaftPeer peer) -> peer.getId().toString()))
        .toList();
  }

  private MemberList list(Reply.Configured configured) {
    MemberList.Builder list =
        MemberList.newBuilder()
            .addAllRetired(configured.parameters().retiredServers())
            .setEpoch(epoch.getAsLong());
    for (RaftPeer peer : members()) {
      list.addMembers(
          ClusterMember.newBuilder()
              .setServer(peer.getId().toString())
              .setEndpoint(peer.getClientAddress() == null ? "" : peer.getClientAddress())
              .setRaftEndpoint(peer.getAddress()));
    }
    return list.build();
  }

  /** Through the log; what it answers is of this leader, after the call. */
  private CompletableFuture<Reply.Configured> configured(SetParameters set) {
    if (!leadership.isHere()) {
      throw notNow(committer.notLeader().getMessage());
    }
    Request.OwnWrite write = Request.OwnWrite.of(Command.newBuilder().setSetParameters(set));
    Refusal.Builder refusal = committer.offer(write);
    if (refusal != null) {
      throw notNow(refusal.getMessage());
    }
    return write
        .reply()
        .handle(
            (reply, failure) -> {
              if (reply instanceof Reply.Configured configured) {
                return configured;
              }
              if (reply instanceof Reply.Refused refused) {
                throw refused(refused.code() + ", the limit is " + refused.limit());
              }
              throw AdminFailures.ofCommand(failure);
            });
  }

  private CompletableFuture<RaftClientReply> change(List<RaftPeer> from, List<RaftPeer> to) {
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
