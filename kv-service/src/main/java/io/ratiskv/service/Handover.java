package io.ratiskv.service;

import static io.ratiskv.service.AdminFailures.notNow;
import static io.ratiskv.service.AdminFailures.refused;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a leader hands its office on: at an operator's wish, and before it stops. Meanwhile it takes
 * no requests in, so the time for it is short; clients try again, and find the next one.
 */
final class Handover {
  private static final Logger LOG = LoggerFactory.getLogger(Handover.class);

  /** An election among servers that hear each other takes a hundredth of it. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /**
   * A follower that was silent for longer is not asked to lead: an idle one is heard each 250 ms.
   */
  private static final Duration PRESENT = Duration.ofSeconds(1);

  private final ClientId clientId = ClientId.randomId();
  private final RaftServer server;
  private final RaftServer.Division division;
  private final Leadership leadership;

  Handover(RaftServer server, RaftServer.Division division, Leadership leadership) {
    this.server = server;
    this.division = division;
    this.leadership = leadership;
  }

  /**
   * Completed once that one leads; with {@code FAILED_PRECONDITION} where it is no member or isn't
   * there, with {@code ABORTED} where it didn't take over, or this server doesn't lead.
   *
   * <p>Where it fails it has cost the clients its time: whoever asks should not ask again by
   * itself.
   */
  CompletableFuture<Void> to(String id) {
    if (!leadership.isHere()) {
      throw notNow("this server doesn't lead");
    }
    RaftPeerId next = RaftPeerId.valueOf(id);
    if (division.getRaftConf().getPeer(next) == null) {
      throw refused("there is no member " + id);
    }
    if (!next.equals(server.getId()) && !present().contains(next)) {
      throw refused(id + " doesn't answer: it can't take over");
    }
    return transfer(next)
        .thenAccept(
            done -> {
              if (!done) {
                throw notNow(id + " did not take over in time, or is not up to date");
              }
            });
  }

  /** Whether it leads now. */
  private CompletableFuture<Boolean> transfer(RaftPeerId next) {
    long begun = System.nanoTime();
    return ask(next)
        .handle(
            (reply, failure) -> {
              if (reply == null || reply.isSuccess()) {
                return reply != null;
              }
              boolean early = System.nanoTime() - begun < PATIENCE.toNanos() / 2;
              if (early && isAbandoned(reply.getException()) && leadership.isHere()) {
                stepDown();
              }
              return false;
            });
  }

  /**
   * Whether the transfer could not even begin. Ratis 3.3.0 answers then, but holds the transfer for
   * pending, without an end: the leader takes no more writes in.
   */
  static boolean isAbandoned(@Nullable Throwable failure) {
    // As it words the result of a transfer, not a refusal to begin one or to begin a second.
    return failure instanceof TransferLeadershipException
        && String.valueOf(failure.getMessage()).contains("the current leader is");
  }

  /** The next leader, be it this server again, has no transfer pending. */
  private void stepDown() {
    LOG.warn("a transfer of the office could not begin; stepping down, to take requests in again");
    var unused = ask(null);
  }

  /** Has that one lead; null: has this server step down. */
  private CompletableFuture<RaftClientReply> ask(@Nullable RaftPeerId next) {
    try {
      return server.transferLeadershipAsync(
          new TransferLeadershipRequest(
              clientId,
              server.getId(),
              division.getGroup().getGroupId(),
              CallId.getAndIncrement(),
              next,
              PATIENCE.toMillis()));
    } catch (IOException e) {
      LOG.debug("no transfer", e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Hands the office on to the follower that has most, if this server leads and there is one. Waits
   * for it; does nothing if that takes too long, since the others elect one themselves then.
   *
   * @return who leads now; empty if the office was not handed on
   */
  Optional<String> beforeTheEnd() {
    List<RaftPeerId> present = leadership.isHere() ? present() : List.of();
    if (present.isEmpty()) {
      return Optional.empty();
    }
    RaftPeerId next = present.get(0);
    try {
      return transfer(next).get(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          ? Optional.of(next.toString())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("the office was not handed on", e);
    }
    return Optional.empty();
  }

  /** The members that answer, most advanced first. */
  private List<RaftPeerId> present() {
    Map<RaftPeerId, Long> committed = new HashMap<>();
    for (CommitInfoProto info : division.getCommitInfos()) {
      committed.put(RaftPeerId.valueOf(info.getServer().getId()), info.getCommitIndex());
    }
    return division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
        .filter(follower -> follower.getLastRpcElapsedTimeMs() < PRESENT.toMillis())
        .map(Handover::id)
        .filter(id -> division.getRaftConf().getPeer(id) != null)
        .sorted(Comparator.comparing((RaftPeerId id) -> committed.getOrDefault(id, -1L)).reversed())
        .toList();
  }

  private static RaftPeerId id(ServerRpcProto follower) {
    return RaftPeerId.valueOf(follower.getId().getId());
  }
}
