package io.ratiskv.service.rpc;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionReplyProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.ProtoUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a leader succeeded at once whose process has ended. Ratis's followers notice by its silence:
 * each looks once in an election timeout whether there was none for as long ({@code
 * FollowerState}), which takes between one and two of them. But the connection of a process that
 * ends breaks with it, and then nobody listens where it did.
 *
 * <p>Each of the followers asks the others how far their logs go. The one with the most, of several
 * that of the highest priority, of these the first by name, stands for election as if the leader
 * had handed over to it (Raft thesis, section 3.10). The others wait as ever, should it not be
 * elected. Where it was the network that broke a connection and refuses another, a leader that goes
 * on may lose its office to it, once: votes are given by Raft's rules, and nothing else relies on
 * how long one waited.
 *
 * <p>Any thread may call.
 */
final class Succession {
  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

  /** So that the others have read, too, what the leader had sent. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Much longer than an answer takes; what takes longer than the timeouts is of no use. */
  private static final Duration ANSWER = Duration.ofMillis(500);

  private final RaftServer server;
  private final Dialer dialer;
  private final Predicate<String> hears;
  private final Duration answer;

  /**
   * Of one server.
   *
   * @param hears as in {@link RaftPort}: who hears nobody any more doesn't stand either
   */
  Succession(RaftServer server, Dialer dialer, Predicate<String> hears) {
    this(server, dialer, hears, ANSWER);
  }

  /** As above, with how long to wait for each answer. */
  Succession(RaftServer server, Dialer dialer, Predicate<String> hears, Duration answer) {
    this.server = server;
    this.dialer = dialer;
    this.hears = hears;
    this.answer = answer;
  }

  /** One who may stand; the greatest does. */
  private record Candidate(TermIndex last, int priority, RaftPeerId id)
      implements Comparable<Candidate> {
    private static final Comparator<Candidate> ORDER =
        Comparator.comparing(Candidate::last)
            .thenComparing(Candidate::priority)
            .thenComparing(each -> each.id().toString(), Comparator.reverseOrder());

    @Override
    public int compareTo(Candidate other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * A connection of the leader's has ended. Waits for the answers of the others, and for nothing
   * that comes of it.
   */
  void ended(RaftPeerId leader, RaftGroupId group) {
    try {
      RaftServer.Division division = server.getDivision(group);
      if (!follows(division, leader)) {
        return;
      }
      Thread.sleep(PAUSE.toMillis());
      TermIndex last = lastOf(division);
      if (last != null
          && dialer.isRefused(leader, answer)
          && isFirst(division, leader, last)
          && follows(division, leader)) {
        stand(division, leader, last);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      // It stops: there are the others, and the timeouts.
      LOG.debug("{}: can't find out whether {} has ended", server.getId(), leader, e);
    }
  }

  private boolean follows(RaftServer.Division division, RaftPeerId leader) {
    DivisionInfo info = division.getInfo();
    return info.isFollower() && leader.equals(info.getLeaderId()) && hears.test(leader.toString());
  }

  /** How far this server has the log, or a snapshot in its place; null if it has neither. */
  private static @Nullable TermIndex lastOf(RaftServer.Division division) {
    TermIndex last = division.getRaftLog().getLastEntryTermIndex();
    if (last != null) {
      return last;
    }
    SnapshotInfo snapshot = division.getStateMachine().getLatestSnapshot();
    return snapshot == null ? null : snapshot.getTermIndex();
  }

  /** Whether of those who can be reached, which have to be a majority, this one is to stand. */
  private boolean isFirst(RaftServer.Division division, RaftPeerId leader, TermIndex last) {
    RaftConfiguration members = division.getRaftConf();
    RaftPeer own = members.getPeer(server.getId(), RaftPeerRole.FOLLOWER);
    // While the members change it takes two majorities.
    if (own == null || !members.getPreviousPeers().isEmpty()) {
      return false;
    }
    Candidate self = new Candidate(last, own.getPriority(), own.getId());
    int reached = 1;
    for (RaftPeer other : members.getCurrentPeers()) {
      if (!other.getId().equals(own.getId()) && !other.getId().equals(leader)) {
        TermIndex its = ask(other, division);
        if (its != null) {
          reached++;
          if (new Candidate(its, other.getPriority(), other.getId()).compareTo(self) > 0) {
            return false;
          }
        }
      }
    }
    return reached > members.getCurrentPeers().size() / 2;
  }

  /**
   * How far another one has the log; null if it doesn't say, or is in another term already.
   *
   * <p>It is the request for a vote in advance, by which nobody's term changes, and with so short a
   * log that nobody would grant it.
   */
  private @Nullable TermIndex ask(RaftPeer other, RaftServer.Division division) {
    long term = division.getInfo().getCurrentTerm();
    RequestVoteRequestProto question =
        RequestVoteRequestProto.newBuilder()
            .setServerRequest(request(server.getId(), other.getId(), division))
            .setCandidateTerm(term)
            .setPreVote(true)
            .build();
    try (Wire wire = dialer.dial(other.getId(), answer)) {
      RequestVoteReplyProto reply = wire.call(Kind.VOTE, question, RequestVoteReplyProto.parser());
      return reply.getTerm() == term ? TermIndex.valueOf(reply.getLastEntry()) : null;
    } catch (IOException e) {
      LOG.debug("{}: {} doesn't say how far its log goes", server.getId(), other.getId(), e);
      return null;
    }
  }

  private void stand(RaftServer.Division division, RaftPeerId leader, TermIndex last) {
    try {
      StartLeaderElectionReplyProto reply =
          server.startLeaderElection(
              StartLeaderElectionRequestProto.newBuilder()
                  .setServerRequest(request(leader, server.getId(), division))
                  .setLeaderLastEntry(last.toProto())
                  .build());
      LOG.info(
          "{}: the leader {} has ended; {}",
          server.getId(),
          leader,
          reply.getServerReply().getSuccess()
              ? "standing for election"
              : "waiting for an election");
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "{}: can't stand for election in place of {}, which has ended; the others may",
          server.getId(),
          leader,
          e);
    }
  }

  private static RaftRpcRequestProto request(
      RaftPeerId from, RaftPeerId to, RaftServer.Division division) {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(from.toByteString())
        .setReplyId(to.toByteString())
        .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(division.getGroup().getGroupId()))
        .build();
  }
}
