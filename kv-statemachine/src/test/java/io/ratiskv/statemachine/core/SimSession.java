package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What a client knows of its session, by the rules of the real client. */
final class SimSession {
  private final String nonce;
  private final ArrayDeque<SimBatch> unanswered = new ArrayDeque<>();
  private long id;
  private long next = 1;
  private boolean confirmed;
  private boolean opening;

  SimSession(String nonce) {
    this.nonce = nonce;
  }

  String nonce() {
    return nonce;
  }

  /** 0 until it is known. */
  long id() {
    return id;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  boolean isOpening() {
    return opening;
  }

  void openSent() {
    opening = true;
  }

  /** Another id than before: the old one expired while it was idle, and numbers start again. */
  void opened(long session) {
    if (session < id) {
      return;
    }
    if (session != id) {
      id = session;
      next = 1;
    }
    confirmed = true;
    opening = false;
  }

  /** One that was idle is opened again before anything is trusted to it. */
  void disconnected() {
    opening = false;
    confirmed = confirmed && !unanswered.isEmpty();
    unanswered.forEach(SimBatch::stopped);
  }

  ArrayDeque<SimBatch> unanswered() {
    return unanswered;
  }

  boolean hasRoom() {
    return next - firstUnanswered() < Limits.SESSION_WINDOW;
  }

  long next() {
    return next;
  }

  void add(SimBatch batch) {
    next++;
    unanswered.add(batch);
  }

  long firstUnanswered() {
    SimBatch first = unanswered.peek();
    return first == null ? next : first.sequence;
  }

  @Nullable SimBatch find(long session, long sequence) {
    if (session != id) {
      return null;
    }
    for (SimBatch batch : unanswered) {
      if (batch.sequence == sequence) {
        return batch;
      }
    }
    return null;
  }
}
