package io.ratiskv.service.rpc;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What a leader has sent to a follower and has no answer to. Any thread may ask; those that change
 * it take turns.
 *
 * <p>Entries are sent again where their connection is lost, in the order of the log; heartbeats are
 * not.
 */
final class PendingAppends {
  /** A request with entries more is not sent before one of these is answered. */
  static final int MAX_WITH_ENTRIES = 16;

  private static final long NO_ENTRY = RaftLog.INVALID_LOG_INDEX;

  private final Map<Long, Sent> sent = new LinkedHashMap<>();

  /** Of all that was sent on this connection, also of what was forgotten. */
  private volatile int unanswered;

  private int forgotten;
  private final AtomicInteger withEntries = new AtomicInteger();

  /** Whether a first answer has come on this connection, so that more is known than guessed. */
  private volatile boolean answered;

  /**
   * A request under way.
   *
   * @param firstIndex of its entries; {@link RaftLog#INVALID_LOG_INDEX} if it is a heartbeat
   * @param at when it was made
   */
  record Sent(long firstIndex, Timestamp at) {
    boolean isHeartbeat() {
      return firstIndex == NO_ENTRY;
    }
  }

  void add(long call, Sent request) {
    sent.put(call, request);
    unanswered = sent.size() + forgotten;
    if (!request.isHeartbeat()) {
      withEntries.incrementAndGet();
    }
  }

  /** An answer has come; null if nothing is known of its request any more. */
  @Nullable Sent answered(long call) {
    answered = true;
    Sent request = sent.remove(call);
    if (request == null) {
      forgotten--;
    }
    unanswered = sent.size() + forgotten;
    if (request != null && !request.isHeartbeat()) {
      withEntries.decrementAndGet();
    }
    return request;
  }

  /** Whether all is answered, and something was, on this connection: nothing is under way on it. */
  boolean isQuiet() {
    return answered && unanswered == 0;
  }

  boolean hasEntries() {
    return withEntries.get() > 0;
  }

  /**
   * Whether entries have to wait: as many as may be are under way, or the first of a connection.
   */
  boolean isFull() {
    return withEntries.get() >= (answered ? MAX_WITH_ENTRIES : 1);
  }

  /** The lowest index of the entries under way. */
  OptionalLong firstIndex() {
    return sent.values().stream()
        .filter(request -> !request.isHeartbeat())
        .mapToLong(Sent::firstIndex)
        .min();
  }

  /** The follower has another log than was thought: what is under way is nothing to it. */
  void forget() {
    forgotten += sent.size();
    sent.clear();
    withEntries.set(0);
  }

  /** A new connection begins. */
  void reset() {
    forget();
    forgotten = 0;
    unanswered = 0;
    answered = false;
  }
}
