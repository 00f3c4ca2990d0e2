package io.ratiskv.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The resolves that wait for the fate of one batch. Guarded by the engine's lock. */
final class Inquiry {
  private final BatchId batch;
  private final List<PendingResolve> resolves = new ArrayList<>();

  /** A fence was sent on the present stream and not refused since. */
  private boolean underWay;

  private long sentNanos;

  /** The earliest batch of the session that isn't settled either, as a refusal said; 0: unknown. */
  private long blockedBy;

  Inquiry(BatchId batch) {
    this.batch = batch;
  }

  BatchId batch() {
    return batch;
  }

  List<PendingResolve> resolves() {
    return resolves;
  }

  boolean isUnderWay() {
    return underWay;
  }

  long sentNanos() {
    return sentNanos;
  }

  /**
   * Sends the fence. Where the batch can't be settled for one before it, that is fenced too, but
   * not in the first half of the time that some caller allows: if the session's own client lives,
   * it settles it by itself meanwhile.
   */
  void send(Connection to, long now) {
    if (blockedBy != 0 && resolves.stream().anyMatch(resolve -> resolve.isHalfOver(now))) {
      BatchId earlier = new BatchId(batch.epoch(), batch.session(), blockedBy);
      to.send(earlier::fence);
    }
    to.send(batch::fence);
    blockedBy = 0;
    underWay = true;
    sentNanos = now;
  }

  /** It was refused, or its stream is gone: it has to be sent again. */
  void stopped() {
    underWay = false;
  }

  /** It was refused, as an earlier batch isn't settled. */
  void blocked(long bySequence) {
    boolean earlier = bySequence >= 1 && bySequence < batch.sequence();
    blockedBy = earlier ? bySequence : 0;
  }

  /** Resolves that the test says fail. */
  void fail(Failure failure, Predicate<PendingCall<?>> test, Completions completions) {
    resolves.removeIf(
        resolve -> {
          boolean fails = test.test(resolve);
          if (fails) {
            completions.fail(resolve, failure, Outcome.UNKNOWN);
          }
          return fails;
        });
  }
}
