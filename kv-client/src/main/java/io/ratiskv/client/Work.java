package io.ratiskv.client;

import java.util.function.Predicate;

/**
 * All calls that the client has taken on: writes, reads and resolves. Guarded by the engine's lock.
 */
final class Work {
  private final Writes writes;
  private final Reads reads;
  private final Resolves resolves;
  private final Outcomes outcomes = new Outcomes();
  private final Deadlines deadlines = new Deadlines();

  Work(Completions completions, Tuning tuning) {
    writes = new Writes(completions, outcomes, tuning);
    reads = new Reads(completions, tuning);
    resolves = new Resolves(completions, outcomes, tuning);
  }

  Writes writes() {
    return writes;
  }

  Reads reads() {
    return reads;
  }

  Resolves resolves() {
    return resolves;
  }

  /** The leader has said in which life of the cluster it is. */
  void welcomed(long epoch) {
    outcomes.welcomed(epoch);
    writes.welcomed(epoch);
  }

  void add(PendingCall<?> call) {
    deadlines.note(call);
    call.enqueue(writes, reads, resolves);
  }

  /** Whether there is something to do, or a session to keep. */
  boolean needsConnection() {
    return writes.needConnection() || reads.needConnection() || resolves.needConnection();
  }

  boolean awaitsAnswer() {
    return writes.awaitAnswer() || reads.awaitAnswer() || resolves.awaitAnswer();
  }

  /** When the oldest request was sent whose answer is due, or else the given moment. */
  long oldestSentOr(long moment) {
    return resolves.oldestSentOr(reads.oldestSentOr(writes.oldestSentOr(moment)));
  }

  /** When a pause ends, if that is earlier than the given moment. */
  long holdEndOr(long moment) {
    return resolves.holdEndOr(reads.holdEndOr(writes.holdEndOr(moment)));
  }

  /** Whether nothing is gained by gathering more before something is sent. */
  boolean hasMuch() {
    return writes.hasMuch() || reads.hasMuch();
  }

  /** Sends what may be sent now. */
  void pump(Connection to, long now) {
    resolves.pump(to, writes, now);
    writes.pump(to, now);
    reads.pump(to, writes, now);
  }

  /** What was under way has to be sent again. */
  void disconnected() {
    writes.disconnected();
    reads.disconnected();
    resolves.disconnected();
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
    resolves.fail(failure, test);
  }
}
