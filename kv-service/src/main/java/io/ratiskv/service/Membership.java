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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftPeer;

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

  private final RaftMembers raft;
  private final Leadership leadership;
  private final Committer committer;
  private final LongSupplier epoch;

  Membership(RaftMembers raft, Leadership leadership, Committer committer, LongSupplier epoch) {
    this.raft = raft;
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
              List<RaftPeer> members = raft.current();
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
              return raft.change(members, changed).thenApply(done -> list(configured));
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
              List<RaftPeer> members = raft.current();
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
                        if (raft.isChanging()) {
                          throw notNow("another change of members is under way");
                        }
                        return configured(SetParameters.newBuilder().setRetiredServer(id).build());
                      })
                  .thenCompose(retired -> changeAfterRetirement(id, members, rest, retired));
            });
  }

  private CompletableFuture<MemberList> changeAfterRetirement(
      String id, List<RaftPeer> members, List<RaftPeer> rest, Reply.Configured retired) {
    return raft.change(members, rest)
        .handle(
            (done, failure) -> {
              if (failure != null) {
                throw AdminFailures.afterRetirement(id, failure);
              }
              return list(retired);
            });
  }

  /** Completed once a majority of {@code rest} has answered this leader after {@code start}. */
  private CompletableFuture<Void> awaitQuorum(String id, List<RaftPeer> rest, long start) {
    if (rest.isEmpty()) {
      throw refused(id + " is the only member");
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    List<String> present = raft.present(waited);
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

  private MemberList list(Reply.Configured configured) {
    MemberList.Builder list =
        MemberList.newBuilder()
            .addAllRetired(configured.parameters().retiredServers())
            .setEpoch(epoch.getAsLong());
    for (RaftPeer peer : raft.current()) {
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
      throw notNow(Refusals.notLeader(leadership).getMessage());
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
}
