package io.ratiskv.service;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.Refusal;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts refusals into words. The numbers stand in fields of their own; the words are for a person.
 */
final class Refusals {
  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

  private Refusals() {}

  static Refusal.Builder of(Code code, long actual, long limit) {
    return Refusal.newBuilder()
        .setCode(code)
        .setActual(actual)
        .setLimit(limit)
        .setMessage(words(code, actual, limit));
  }

  static Refusal.Builder of(Code code, String message) {
    return Refusal.newBuilder().setCode(code).setMessage(message);
  }

  /** Says who leads. */
  static Refusal.Builder notLeader(Leadership leadership) {
    Leader leader = leadership.leader();
    Refusal.Builder refusal =
        of(
            Code.NOT_LEADER,
            leader == null ? "there is no leader at the moment" : leader.getServer() + " leads");
    return leader == null ? refusal : refusal.setLeader(leader);
  }

  /** Why Raft took an entry not, or may not have. */
  static Refusal.Builder ofRaft(Throwable cause, Leadership leadership) {
    if (cause instanceof LeaderNotReadyException) {
      return of(Code.UNAVAILABLE, "the leader is not ready yet");
    }
    if (cause instanceof LeaderSteppingDownException) {
      return of(Code.UNAVAILABLE, "the leader is handing its office on");
    }
    if (cause instanceof ServerNotReadyException) {
      return of(Code.UNAVAILABLE, "the server is starting or stopping");
    }
    if (cause instanceof NotLeaderException || !leadership.isHere()) {
      return notLeader(leadership);
    }
    if (cause instanceof ResourceUnavailableException) {
      return of(Code.OVERLOADED, "Raft has too much pending");
    }
    LOG.warn("an entry was refused", cause);
    return of(Code.UNAVAILABLE, "Raft refused the entry");
  }

  private static String words(Code code, long actual, long limit) {
    return switch (code) {
      case SESSION_EXPIRED -> "there is no such session (any more)";
      case DENIED -> "the session is another principal's";
      case SEQUENCE_REUSED ->
          "another batch was applied under the sequence number "
              + actual
              + "; the next is "
              + limit;
      case FENCED -> "batch " + actual + " was given up by a fence, and never takes effect";
      case STALE ->
          "the reply to batch " + actual + " is not kept any more; kept are those from " + limit;
      case OUT_OF_ORDER -> "batch " + actual + " is not the next, which is " + limit;
      case WINDOW_EXCEEDED ->
          "a session of " + actual + " unanswered batches, the limit is " + limit;
      case TOO_MANY_SESSIONS -> actual + " sessions are open, the limit is " + limit;
      case OVERLOADED -> "the server has " + actual + " pending, the limit is " + limit;
      default -> code + ": " + actual + ", the limit is " + limit;
    };
  }
}
