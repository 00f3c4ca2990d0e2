package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * A client's session: what has been applied of it, and the replies that it may still ask for.
 * Immutable, so that a snapshot holds on to it while it goes on.
 *
 * @param id counted from 1 in the order of opening
 * @param principal who opened it
 * @param nonce what it was opened with
 * @param next the sequence number that is executed next
 * @param replies those of the sequence numbers just below {@code next}, lowest first; at most
 *     {@link Limits#SESSION_FENCE_WINDOW}
 * @param lastIndex the log index of the last entry in which the session was heard of
 */
record Session(
    long id, String principal, Bytes nonce, long next, List<StoredReply> replies, long lastIndex) {

  static Session opened(long id, long index, String principal, Bytes nonce) {
    return new Session(id, principal, nonce, 1, List.of(), index);
  }

  /** The lowest sequence number whose reply is kept; {@code next} if none is. */
  long firstKept() {
    return next - replies.size();
  }

  /**
   * The reply to {@code sequence}, which is not below {@link #firstKept()} and below {@link #next}.
   */
  StoredReply reply(long sequence) {
    return replies.get((int) (sequence - firstKept()));
  }

  /** Heard of at {@code index}, with all replies below {@code firstUnanswered} received. */
  Session heard(long index, long firstUnanswered) {
    long dropped = Math.min(firstUnanswered, next) - firstKept();
    List<StoredReply> kept =
        dropped <= 0 ? replies : List.copyOf(replies.subList((int) dropped, replies.size()));
    return new Session(id, principal, nonce, next, kept, index);
  }

  /** With the reply to {@code next}. */
  Session executed(StoredReply reply) {
    List<StoredReply> kept = new ArrayList<>(replies.size() + 1);
    kept.addAll(replies);
    kept.add(reply);
    return new Session(id, principal, nonce, next + 1, List.copyOf(kept), lastIndex);
  }
}
