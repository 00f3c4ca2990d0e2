package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.Refusal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The way of the reads: each waits until the writes that were called before it have been sent, and
 * goes with what else has gathered. A read has no effect, so one that fails to be answered is
 * simply asked again, under another id. Guarded by the engine's lock.
 */
final class Reads {
  private static final int MAX_IN_FLIGHT = 8;

  private final ArrayDeque<PendingRead> waiting = new ArrayDeque<>();
  private final Map<Long, ReadRequest> inFlight = new LinkedHashMap<>();
  private final Completions completions;
  private final Hold hold;
  private long waitingBytes;
  private long lastId;

  Reads(Completions completions, Tuning tuning) {
    this.completions = completions;
    this.hold = new Hold(tuning);
  }

  void add(PendingRead read) {
    waiting.add(read);
    waitingBytes += read.bytes();
  }

  boolean needConnection() {
    return !waiting.isEmpty() || !inFlight.isEmpty();
  }

  boolean awaitAnswer() {
    return !inFlight.isEmpty();
  }

  /** When the oldest unanswered request was sent, or else the given moment. */
  long oldestSentOr(long moment) {
    long oldest = moment;
    for (ReadRequest request : inFlight.values()) {
      if (request.sentNanos() - oldest < 0) {
        oldest = request.sentNanos();
      }
    }
    return oldest;
  }

  long holdEndOr(long moment) {
    return hold.endOr(moment);
  }

  boolean hasMuch() {
    return GatherPolicy.isMuch(waiting.size(), waitingBytes);
  }

  /** Sends what may be sent now; called after the writes' own pump. */
  void pump(Connection to, Writes writes, long now) {
    if (hold.holds(now)) {
      return;
    }
    while (inFlight.size() < MAX_IN_FLIGHT
        && GatherPolicy.sendsNow(inFlight.size(), waiting.size(), waitingBytes)) {
      List<PendingRead> reads = take(writes);
      if (reads.isEmpty()) {
        return;
      }
      long session = writes.sessionForReads();
      long after = session == 0 ? 0 : writes.lastSequence();
      ReadRequest request = new ReadRequest(++lastId, session, after, reads, now);
      inFlight.put(lastId, request);
      to.send(() -> ClientMessage.newBuilder().setRead(request.message()).build());
    }
  }

  private List<PendingRead> take(Writes writes) {
    List<PendingRead> taken = new ArrayList<>();
    long size = 0;
    int most = Integer.MAX_VALUE;
    for (PendingRead read = waiting.peek(); read != null; read = waiting.peek()) {
      size += read.bytes();
      most = Math.min(most, read.company());
      if (taken.size() >= most
          || !GatherPolicy.fits(taken.size() + 1, size)
          || !writes.precede(read.afterTicket())) {
        break;
      }
      taken.add(waiting.remove());
      waitingBytes -= read.bytes();
    }
    return taken;
  }

  void answered(ReadReply reply) {
    ReadRequest request = inFlight.get(reply.getId());
    if (request == null) {
      return;
    }
    hold.progress();
    if (!request.covers(reply)) {
      String text = "results from " + reply.getFirst() + " on, of " + request.reads().size();
      inFlight.remove(reply.getId());
      failAll(request, (call, outcome) -> new ProtocolException(text, outcome, null));
      return;
    }
    request.answer(reply, completions);
    if (request.isAnswered()) {
      inFlight.remove(reply.getId());
    }
  }

  void refused(Refusal refusal, Writes writes, long now) {
    ReadRequest request = inFlight.remove(refusal.getRead());
    if (request == null) {
      return;
    }
    int calls = request.reads().size();
    if (refusal.getCode() == Code.DENIED && calls > 1) {
      // Some of them may be allowed.
      request.reads().forEach(read -> read.deniedAmong(calls));
      putBack(request);
      return;
    }
    if (refusal.getCode() == Code.SESSION_EXPIRED) {
      // None of its writes can be applied any more, so there is none to wait for.
      writes.expire(request.session());
    } else if (!Refusals.isPassing(refusal.getCode())) {
      failAll(request, Refusals.failure(refusal));
      return;
    }
    hold.begin(now);
    putBack(request);
  }

  private void failAll(ReadRequest request, Failure failure) {
    request.reads().forEach(read -> completions.fail(read, failure, Outcome.NOT_APPLIED));
  }

  void disconnected() {
    hold.end();
    askAgain();
  }

  /** What was asked is asked anew, and answers to it as it was aren't taken any more. */
  void askAgain() {
    List<ReadRequest> lost = new ArrayList<>(inFlight.values());
    inFlight.clear();
    for (int i = lost.size() - 1; i >= 0; i--) {
      putBack(lost.get(i));
    }
  }

  /** They go first: they were called before those that wait. */
  private void putBack(ReadRequest request) {
    for (int i = request.reads().size() - 1; i >= 0; i--) {
      PendingRead read = request.reads().get(i);
      if (!read.isSettled()) {
        waiting.addFirst(read);
        waitingBytes += read.bytes();
      }
    }
  }

  /** Reads that the test says fail. */
  void fail(Failure failure, Predicate<PendingCall<?>> test) {
    for (ReadRequest request : inFlight.values()) {
      for (PendingRead read : request.reads()) {
        if (!read.isSettled() && test.test(read)) {
          completions.fail(read, failure, Outcome.NOT_APPLIED);
        }
      }
    }
    waiting.removeIf(
        read -> {
          boolean fails = test.test(read);
          if (fails) {
            waitingBytes -= read.bytes();
            completions.fail(read, failure, Outcome.NOT_APPLIED);
          }
          return fails;
        });
  }
}
