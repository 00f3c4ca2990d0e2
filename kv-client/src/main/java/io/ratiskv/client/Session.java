package io.ratiskv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.protocol.Limits;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the servers know the client's writes by: a session, and in it numbers for batches. Guarded
 * by the engine's lock.
 */
final class Session {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final ByteString nonce = randomNonce();
  private final ArrayDeque<WriteBatch> unanswered = new ArrayDeque<>();
  private long id;

  /** The life of the cluster that it was opened in. */
  private long epoch;

  private long nextSequence = 1;

  /** The servers said that they have it, and it was in use ever since. */
  private boolean confirmed;

  /** When the open was sent on the present stream. */
  private long openSentNanos;

  private boolean opening;

  /** Some caller was told that the outcome is unknown. */
  private boolean doubted;

  private static ByteString randomNonce() {
    byte[] bytes = new byte[Limits.NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  ByteString nonce() {
    return nonce;
  }

  /** 0 until it is known. */
  long id() {
    return id;
  }

  long epoch() {
    return epoch;
  }

  void doubt() {
    doubted = true;
  }

  /** Whether somebody may yet want to know what became of a request. */
  boolean isDoubted() {
    return doubted;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  boolean isOpening() {
    return opening;
  }

  long openSentNanos() {
    return openSentNanos;
  }

  void openSent(long now) {
    opening = true;
    openSentNanos = now;
  }

  void openRefused() {
    opening = false;
  }

  /** Another id than before: the old one expired while it was idle, and numbers start again. */
  void opened(long session, long inEpoch) {
    epoch = inEpoch;
    if (session != id) {
      id = session;
      nextSequence = 1;
    }
    confirmed = true;
    opening = false;
  }

  /**
   * The stream is gone. A session that was idle then may have expired before it is used again: it
   * is opened once more, by the same nonce, before anything is trusted to it.
   */
  void disconnected() {
    opening = false;
    confirmed = confirmed && !unanswered.isEmpty();
    unanswered.forEach(WriteBatch::stopped);
  }

  boolean hasRoom() {
    return nextSequence - firstUnanswered() < Limits.SESSION_WINDOW;
  }

  WriteBatch number(List<PendingWrite<?>> writes) {
    WriteBatch batch = new WriteBatch(new BatchId(epoch, id, nextSequence++), writes);
    unanswered.add(batch);
    return batch;
  }

  /** In the order of their numbers. */
  Collection<WriteBatch> unanswered() {
    return unanswered;
  }

  long firstUnanswered() {
    WriteBatch first = unanswered.peek();
    return first == null ? nextSequence : first.sequence();
  }

  long lastSequence() {
    return nextSequence - 1;
  }

  @Nullable WriteBatch find(long sequence) {
    for (WriteBatch batch : unanswered) {
      if (batch.sequence() == sequence) {
        return batch;
      }
    }
    return null;
  }

  /** Those from that one on, in the order of their numbers. */
  List<WriteBatch> from(WriteBatch first) {
    return unanswered.stream().filter(batch -> batch.sequence() >= first.sequence()).toList();
  }

  boolean isAnyRecalled() {
    for (WriteBatch batch : unanswered) {
      if (batch.isRecalled()) {
        return true;
      }
    }
    return false;
  }

  void answered(WriteBatch batch) {
    unanswered.remove(batch);
  }

  /** False where some batch has to be sent again before anything may follow it. */
  boolean isAllUnderWay() {
    for (WriteBatch batch : unanswered) {
      if (!batch.isUnderWay()) {
        return false;
      }
    }
    return true;
  }

  boolean isAnyUnderWay() {
    for (WriteBatch batch : unanswered) {
      if (batch.isUnderWay()) {
        return true;
      }
    }
    return false;
  }
}
