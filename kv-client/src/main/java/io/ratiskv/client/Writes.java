package io.ratiskv.client;

import io.ratiskv.protocol.v1.BatchReply;
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
  private final Hold hold;
  private Session session = new Session();

  Writes(Completions completions, Tuning tuning) {
    this.completions = completions;
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
    return !queue.holdsUpTo(ticket) && session.isAllUnderWay();
  }

  /** What reads have to name; 0 where no write of the session can be missing. */
  long sessionForReads() {
    return session.isConfirmed() ? session.id() : 0;
  }

  long sessionId() {
    return session.id();
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

  /** Sends what may be sent now. */
  void pump(Connection to, long now) {
    if (hold.holds(now)) {
      return;
    }
    if (!session.isConfirmed()) {
      open(to, now);
      return;
    }
    resend(to, now);
    while (session.hasRoom()
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

  /** Batches that follow a refused one were refused too, or will be. */
  private void resend(Connection to, long now) {
    boolean gap = false;
    for (WriteBatch batch : session.unanswered()) {
      gap |= !batch.isUnderWay();
      if (gap) {
        send(batch, to, now);
      }
    }
  }

  private void send(WriteBatch batch, Connection to, long now) {
    batch.sent(now);
    long id = session.id();
    long first = session.firstUnanswered();
    to.send(() -> batch.message(id, first));
  }

  void opened(SessionOpened opened) {
    if (!opened.getNonce().equals(session.nonce()) || opened.getSession() == 0) {
      return;
    }
    hold.progress();
    if (session.id() != opened.getSession() && !session.unanswered().isEmpty()) {
      expire(session.id());
      return;
    }
    session.opened(opened.getSession());
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

  void applied(BatchReply reply) {
    WriteBatch batch = find(reply.getSession(), reply.getSequence());
    if (batch == null) {
      return;
    }
    hold.progress();
    session.answered(batch);
    batch.applied(reply.getResult(), completions);
  }

  void batchRefused(Refusal refusal, Connection from, long now) {
    WriteBatch batch = find(refusal.getSession(), refusal.getSequence());
    if (batch == null) {
      return;
    }
    if (Refusals.isPassing(refusal.getCode())) {
      batch.stopped();
      hold.begin(now);
    } else if (refusal.getCode() == Code.SESSION_EXPIRED) {
      expire(session.id());
    } else {
      long condemned = session.id();
      session.answered(batch);
      Failure failure = Refusals.failure(refusal);
      batch.fail(failure, batch.outcomeIfRefused(refusal.getUnknown()), completions);
      String text =
          "given up, since batch " + batch.sequence() + " was " + Refusals.describe(refusal);
      abandon((call, outcome) -> new SessionExpiredException(text, outcome, null));
      sendClose(condemned, from);
    }
  }

  private @Nullable WriteBatch find(long ofSession, long sequence) {
    return ofSession == session.id() ? session.find(sequence) : null;
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
    lost.forEach(batch -> batch.fail(failure, Outcome.UNKNOWN, completions));
  }

  /** Writes that the test says fail, in the order of the calls; their batches go on. */
  void fail(Failure failure, Predicate<PendingCall<?>> test) {
    for (WriteBatch batch : session.unanswered()) {
      for (PendingWrite<?> write : batch.writes()) {
        if (!write.isSettled() && test.test(write)) {
          write.keepBudget();
          completions.fail(write, failure, Outcome.UNKNOWN);
        }
      }
    }
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

  /** Tells the servers that the session isn't needed any more. */
  void close(Connection to) {
    sendClose(session.id(), to);
  }

  private static void sendClose(long session, Connection to) {
    CloseSession close = CloseSession.newBuilder().setSession(session).build();
    to.send(() -> ClientMessage.newBuilder().setClose(close).build());
  }
}
