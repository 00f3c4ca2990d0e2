package io.ratiskv.client;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * The way of the resolves. About a batch that this client itself has in flight they wait for its
 * answer, and have it fenced when nobody else waits for it; about any other batch they ask the
 * servers. Guarded by the engine's lock.
 */
final class Resolves {
  private static final int MAX_IN_FLIGHT = 8;

  /** Those that were refused go to the end. */
  private final Map<BatchId, Inquiry> inquiries = new LinkedHashMap<>();

  private final Completions completions;
  private final Outcomes outcomes;
  private final Hold hold;

  Resolves(Completions completions, Outcomes outcomes, Tuning tuning) {
    this.completions = completions;
    this.outcomes = outcomes;
    this.hold = new Hold(tuning);
  }

  void add(PendingResolve resolve) {
    Resolution known = outcomes.find(resolve.requestId());
    if (known == null) {
      inquiries.computeIfAbsent(resolve.requestId().batch(), Inquiry::new).resolves().add(resolve);
    } else {
      resolve.resolved(known);
      completions.succeed(resolve);
    }
  }

  boolean needConnection() {
    return !inquiries.isEmpty();
  }

  boolean awaitAnswer() {
    return underWay() > 0;
  }

  private int underWay() {
    int count = 0;
    for (Inquiry inquiry : inquiries.values()) {
      count += inquiry.isUnderWay() ? 1 : 0;
    }
    return count;
  }

  /** When the oldest fence was sent whose answer is due, or else the given moment. */
  long oldestSentOr(long moment) {
    long oldest = moment;
    for (Inquiry inquiry : inquiries.values()) {
      if (inquiry.isUnderWay() && inquiry.sentNanos() - oldest < 0) {
        oldest = inquiry.sentNanos();
      }
    }
    return oldest;
  }

  long holdEndOr(long moment) {
    return hold.endOr(moment);
  }

  /** Sends what may be sent now; called before the writes' own pump. */
  void pump(Connection to, Writes writes, long now) {
    if (inquiries.isEmpty()) {
      return;
    }
    boolean holds = hold.holds(now);
    int room = MAX_IN_FLIGHT - underWay();
    for (Inquiry inquiry : new ArrayList<>(inquiries.values())) {
      BatchId batch = inquiry.batch();
      WriteBatch own = writes.find(batch);
      if (own != null) {
        own.fenceIfForsaken();
      } else if (batch.epoch() != to.epoch()) {
        settle(batch, position -> new Resolution.Lost(ofAnotherEpoch(batch, to)));
      } else if (writes.isYetToUse(batch)) {
        settle(batch, position -> new Resolution.Lost("the client hasn't made such a request"));
      } else if (!inquiry.isUnderWay() && !holds && room > 0) {
        inquiry.send(to, now);
        room--;
      }
    }
  }

  private static String ofAnotherEpoch(BatchId batch, Connection to) {
    return "it is of epoch "
        + Long.toUnsignedString(batch.epoch())
        + ", the cluster is in epoch "
        + Long.toUnsignedString(to.epoch());
  }

  /** The fate of a batch is known, of this client or of another. */
  void settle(BatchId batch, IntFunction<Resolution> byPosition) {
    Inquiry inquiry = inquiries.remove(batch);
    if (inquiry == null) {
      return;
    }
    hold.progress();
    for (PendingResolve resolve : inquiry.resolves()) {
      Resolution resolution = byPosition.apply(resolve.requestId().position());
      outcomes.remember(resolve.requestId(), resolution);
      resolve.resolved(resolution);
      completions.succeed(resolve);
    }
  }

  void refused(Refusal refusal, BatchId batch, long now) {
    Inquiry inquiry = inquiries.get(batch);
    if (inquiry == null) {
      return;
    }
    if (refusal.getCode() == Code.SESSION_EXPIRED) {
      settle(batch, position -> new Resolution.Lost("its session has ended"));
    } else if (refusal.getCode() == Code.STALE) {
      settle(batch, position -> new Resolution.Lost("the servers don't keep its answer any more"));
    } else if (Refusals.isPassing(refusal.getCode())) {
      inquiry.stopped();
      inquiry.blocked(refusal.getCode() == Code.OUT_OF_ORDER ? refusal.getLimit() : 0);
      inquiries.remove(batch);
      inquiries.put(batch, inquiry);
      hold.begin(now);
    } else {
      inquiries.remove(batch);
      inquiry.fail(Refusals.failure(refusal), resolve -> true, completions);
    }
  }

  void disconnected() {
    hold.end();
    inquiries.values().forEach(Inquiry::stopped);
  }

  /** Resolves that the test says fail. */
  void fail(Failure failure, Predicate<PendingCall<?>> test) {
    List<Inquiry> all = new ArrayList<>(inquiries.values());
    for (Inquiry inquiry : all) {
      inquiry.fail(failure, test, completions);
      if (inquiry.resolves().isEmpty()) {
        inquiries.remove(inquiry.batch());
      }
    }
  }
}
