package io.ratiskv.client;

import java.util.function.Predicate;

/**
 * All calls that the client has taken on: its writes and its reads. Guarded by the engine's lock.
 */
final class Work {
  private final Writes writes;
  private final Reads reads;
  private final Deadlines deadlines = new Deadlines();

  Work(Completions completions, Tuning tuning) {
    writes = new Writes(completions, tuning);
    reads = new Reads(completions, tuning);
  }

  Writes writes() {
    return writes;
  }

  Reads reads() {
    return reads;
  }

  void add(PendingCall<?> call) {
    deadlines.note(call);
    call.enqueue(writes, reads);
  }

  /** Whether there is something to do, or a session to keep. */
  boolean needsConnection() {
    return writes.needConnection() || reads.needConnection();
  }

  boolean awaitsAnswer() {
    return writes.awaitAnswer() || reads.awaitAnswer();
  }

  /** When the oldest request was sent whose answer is due, or else the given moment. */
  long oldestSentOr(long moment) {
    return reads.oldestSentOr(writes.oldestSentOr(moment));
  }

  /** When a pause ends, if that is earlier than the given moment. */
  long holdEndOr(long moment) {
    return reads.holdEndOr(writes.holdEndOr(moment));
  }

  /** Sends what may be sent now. */
  void pump(Connection to, long now) {
    writes.pump(to, now);
    reads.pump(to, writes, now);
  }

  /** What was under way has to be sent again. */
  void disconnected() {
    writes.disconnected();
    reads.disconnected();
  }

  void failAll(Failure failure) {
    fail(failure, call -> true);
  }

  void fail(PendingCall<?> one, Failure failure) {
    fail(failure, call -> call == one);
  }

  /** Fails those whose time is over. Cheap while there is none. */
  void expire(Failure late, long now) {
    if (deadlines.due(now)) {
      fail(late, call -> deadlines.passed(call, now));
    }
  }

  private void fail(Failure failure, Predicate<PendingCall<?>> test) {
    writes.fail(failure, test);
    reads.fail(failure, test);
  }
}
