package io.ratiskv.client;

import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.CloseSession;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.SessionOpened;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of the writes: they wait, are gathered into numbered batches of a session, and each batch
 * is sent, as often as it takes, until it is answered. Guarded by the engine's lock.
 */
final class Writes {
  private final WriteQueue queue = new WriteQueue();
  private final Completions completions;
  private final Outcomes outcomes;
  private final Hold hold;
  private final Recall recall;
  private Session session = new Session();

  Writes(Completions completions, Outcomes outcomes, Tuning tuning) {
    this.recall = new Recall(completions);
    this.completions = completions;
    this.outcomes = outcomes;
    this.hold = new Hold(tuning);
  }

  void add(PendingWrite<?> write) {
    queue.add(write);
  }

  long lastTicket() {
    return queue.lastTicket();
  }

  /** Whether what the client wrote up to that ticket is on the present stream, or answered. */
  boolean precede(long ticket) {
    return !queue.holdsUpTo(ticket) && session.isAllUnderWay() && !isRecalling();
  }

  /** Whether some that were sent are to be sent again under other numbers. */
  boolean isRecalling() {
    return session.isAnyRecalled() || !recall.isEmpty();
  }

  /** What reads have to name; 0 where no write of the session can be missing. */
  long sessionForReads() {
    return session.isConfirmed() ? session.id() : 0;
  }

  long lastSequence() {
    return session.lastSequence();
  }

  /** Whether there is something to do, or a session to keep. */
  boolean needConnection() {
    return queue.size() > 0 || session.id() != 0;
  }

  /** When the oldest request was sent whose answer is due, or else the given moment. */
  long oldestSentOr(long moment) {
    long oldest = session.isOpening() ? session.openSentNanos() : moment;
    for (WriteBatch batch : session.unanswered()) {
      if (batch.isUnderWay() && batch.sentNanos() - oldest < 0) {
        oldest = batch.sentNanos();
      }
    }
    return oldest;
  }

  boolean awaitAnswer() {
    return session.isOpening() || session.isAnyUnderWay();
  }

  long holdEndOr(long moment) {
    return hold.endOr(moment);
  }

  void disconnected() {
    hold.end();
    session.disconnected();
  }

  boolean hasMuch() {
    return GatherPolicy.isMuch(queue.size(), queue.bytes());
  }

  /** Sends what may be sent now. */
  void pump(Connection to, long now) {
    if (hold.holds(now)) {
      return;
    }
    if (!session.isConfirmed()) {
      open(to, now);
      return;
    }
    recall.endIfDone(session, queue);
    resend(to, now);
    while (recall.isEmpty()
        && !session.isAnyRecalled()
        && session.hasRoom()
        && GatherPolicy.sendsNow(session.unanswered().size(), queue.size(), queue.bytes())) {
      send(session.number(queue.take()), to, now);
    }
  }

  private void open(Connection to, long now) {
    if (session.isOpening() || !needConnection()) {
      return;
    }
    session.openSent(now);
    OpenSession open = OpenSession.newBuilder().setNonce(session.nonce()).build();
    to.send(() -> ClientMessage.newBuilder().setOpen(open).build());
  }

  /**
   * Batches that follow a refused one were refused too, or will be. Those that follow a fence may
   * have been, and then say so.
   */
  private void resend(Connection to, long now) {
    boolean gap = false;
    for (WriteBatch batch : session.unanswered()) {
      gap |= !batch.isUnderWay();
      if (gap || batch.isFenceDue()) {
        send(batch, to, now);
      }
    }
  }

  private void send(WriteBatch batch, Connection to, long now) {
    batch.sent(now);
    long first = session.firstUnanswered();
    if (batch.isFenceUnderWay()) {
      to.send(() -> batch.fence(first));
    } else {
      to.send(() -> batch.message(first));
    }
  }

  /** A session of an earlier life of the cluster is not there, though its number may be. */
  void welcomed(long epoch) {
    if (session.id() != 0 && session.epoch() != epoch) {
      String text =
          "the cluster was restored: session "
              + session.id()
              + " is of epoch "
              + Long.toUnsignedString(session.epoch())
              + ", not of "
              + Long.toUnsignedString(epoch);
      abandon((call, outcome) -> new SessionExpiredException(text, outcome, null));
    }
  }

  void opened(SessionOpened opened, long epoch) {
    if (!opened.getNonce().equals(session.nonce()) || opened.getSession() == 0) {
      return;
    }
    // Ids are counted: this is the late answer to an open of before, whose session has ended.
    if (session.epoch() == epoch && Long.compareUnsigned(opened.getSession(), session.id()) < 0) {
      return;
    }
    hold.progress();
    if (session.id() != opened.getSession() && !session.unanswered().isEmpty()) {
      expire(session.id());
      return;
    }
    session.opened(opened.getSession(), epoch);
  }

  void openRefused(Refusal refusal, long now) {
    if (!refusal.getNonce().equals(session.nonce())) {
      return;
    }
    session.openRefused();
    if (Refusals.isPassing(refusal.getCode())) {
      hold.begin(now);
      return;
    }
    Failure failure = Refusals.failure(refusal);
    abandon(failure);
    failQueue(failure, write -> true);
  }

  void applied(BatchId id, BatchResult result) {
    WriteBatch batch = find(id);
    if (batch != null) {
      hold.progress();
      session.answered(batch);
      recall.applied(batch);
      batch.applied(result, completions, outcomes);
    }
  }

  /** A fence won, this client's or that of another. */
  void fenced(BatchId id) {
    WriteBatch batch = find(id);
    if (batch != null) {
      hold.progress();
      session.answered(batch);
      batch.fenced(recall.fenced(batch), completions, outcomes);
    }
  }

  void fenceRefused(BatchId id, Refusal refusal, Connection from, long now) {
    WriteBatch batch = find(id);
    if (batch == null) {
      return;
    }
    if (!Refusals.isPassing(refusal.getCode())) {
      givenUp(batch, refusal, from);
    } else if (batch.isFenceUnderWay()) {
      batch.stopped();
      hold.begin(now);
    }
  }

  void batchRefused(BatchId id, Refusal refusal, Connection from, long now) {
    WriteBatch batch = find(id);
    if (batch == null) {
      return;
    }
    if (refusal.getCode() == Code.DENIED) {
      batch.denied(Refusals.failure(refusal), refusal.getUnknown(), completions);
      Recall.begin(session, batch);
    } else if (!Refusals.isPassing(refusal.getCode())) {
      givenUp(batch, refusal, from);
    } else if (!batch.isFenceUnderWay()) {
      batch.stopped();
      hold.begin(now);
    }
  }

  private void givenUp(WriteBatch batch, Refusal refusal, Connection from) {
    if (refusal.getCode() == Code.SESSION_EXPIRED) {
      expire(session.id());
    } else {
      long condemned = session.id();
      session.answered(batch);
      Outcome outcome = batch.outcomeIfRefused(refusal.getUnknown());
      batch.fail(Refusals.failure(refusal), outcome, completions);
      boolean doubted =
          outcome == Outcome.UNKNOWN || session.isDoubted() || !session.unanswered().isEmpty();
      String text =
          "given up, since batch " + batch.sequence() + " was " + Refusals.describe(refusal);
      abandon((call, of) -> new SessionExpiredException(text, of, null));
      // Else what is unknown could not be resolved any more.
      if (!doubted) {
        sendClose(condemned, from);
      }
    }
  }

  /** A batch of the session that has no answer. */
  @Nullable WriteBatch find(BatchId id) {
    return isOfSession(id) ? session.find(id.sequence()) : null;
  }

  /** Whether the session has a batch of that number still to come. */
  boolean isYetToUse(BatchId id) {
    return isOfSession(id) && id.sequence() > session.lastSequence();
  }

  private boolean isOfSession(BatchId id) {
    return id.session() == session.id() && id.epoch() == session.epoch();
  }

  /** What was sent in it is never sent again; what wasn't goes on in a new one. */
  void expire(long id) {
    if (id == session.id()) {
      abandon(
          (call, outcome) ->
              new SessionExpiredException("session " + id + " has expired", outcome, null));
    }
  }

  private void abandon(Failure failure) {
    List<WriteBatch> lost = new ArrayList<>(session.unanswered());
    session = new Session();
    recall.fail(failure, write -> true);
    lost.forEach(batch -> batch.fail(failure, Outcome.UNKNOWN, completions));
  }

  /** Writes that the test says fail, in the order of the calls; their batches go on. */
  void fail(Failure failure, Predicate<PendingCall<?>> test) {
    for (WriteBatch batch : session.unanswered()) {
      for (PendingWrite<?> write : batch.writes()) {
        if (!write.isSettled() && test.test(write)) {
          session.doubt();
          write.show();
          write.keepBudget();
          completions.fail(write, failure, Outcome.UNKNOWN);
        }
      }
    }
    recall.fail(failure, test);
    failQueue(failure, test);
  }

  private void failQueue(Failure failure, Predicate<PendingCall<?>> test) {
    queue.removeIf(
        write -> {
          boolean fails = test.test(write);
          if (fails) {
            completions.fail(write, failure, Outcome.NOT_APPLIED);
          }
          return fails;
        });
  }

  /** Whether the servers may forget the session: nobody may yet ask about a request of it. */
  boolean canClose() {
    return session.id() != 0 && !session.isDoubted();
  }

  /** Tells the servers that the session isn't needed any more. */
  void close(Connection to) {
    sendClose(session.id(), to);
  }

  private static void sendClose(long session, Connection to) {
    CloseSession close = CloseSession.newBuilder().setSession(session).build();
    to.send(() -> ClientMessage.newBuilder().setClose(close).build());
  }
}
