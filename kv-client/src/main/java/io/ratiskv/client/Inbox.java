package io.ratiskv.client;

import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import org.jspecify.annotations.Nullable;

/** Takes each message of the server to whom it concerns. Guarded by the engine's lock. */
final class Inbox {
  private final Link link;
  private final Work work;
  private boolean sessionClosed;

  Inbox(Link link, Work work) {
    this.link = link;
    this.work = work;
  }

  /** Whether a server has answered to the closing of a session. */
  boolean isSessionClosed() {
    return sessionClosed;
  }

  void handle(Connection from, ServerMessage message, long now) {
    switch (message.getKindCase()) {
      case WELCOME -> welcomed(from, message, now);
      case OPENED -> {
        link.progress();
        work.writes().opened(message.getOpened(), from.epoch());
      }
      case APPLIED -> {
        link.progress();
        applied(from, message.getApplied());
      }
      case FENCED -> {
        link.progress();
        fenced(id(from, message.getFenced().getSession(), message.getFenced().getSequence()));
      }
      case READ -> {
        link.progress();
        work.reads().answered(message.getRead());
      }
      case CLOSED -> sessionClosed = true;
      case REFUSAL -> refused(from, message.getRefusal(), now);
      case KIND_NOT_SET -> {
        // A kind that is newer than this client.
      }
    }
  }

  private void welcomed(Connection from, ServerMessage message, long now) {
    if (!from.isReady()) {
      fail(link.welcomed(from, message.getWelcome(), now));
      if (from.isReady()) {
        work.welcomed(from.epoch());
      }
    }
  }

  private static BatchId id(Connection from, long session, long sequence) {
    return new BatchId(from.epoch(), session, sequence);
  }

  /** The answer to a batch, or to its fence. */
  private void applied(Connection from, BatchReply reply) {
    BatchId batch = id(from, reply.getSession(), reply.getSequence());
    work.writes().applied(batch, reply.getResult());
    work.resolves().settle(batch, position -> Outcomes.of(reply.getResult(), position));
  }

  private void fenced(BatchId batch) {
    work.writes().fenced(batch);
    work.resolves().settle(batch, position -> new Resolution.NeverApplied());
  }

  private void batchRefused(Connection from, Refusal refusal, long now) {
    BatchId batch = id(from, refusal.getSession(), refusal.getSequence());
    if (refusal.getCode() == Code.FENCED) {
      fenced(batch);
    } else {
      work.writes().batchRefused(batch, refusal, from, now);
      if (work.writes().isRecalling()) {
        work.reads().askAgain();
      }
    }
  }

  private void fenceRefused(Connection from, Refusal refusal, long now) {
    BatchId batch = id(from, refusal.getSession(), refusal.getFence());
    work.writes().fenceRefused(batch, refusal, from, now);
    work.resolves().refused(refusal, batch, now);
  }

  private void refused(Connection from, Refusal refusal, long now) {
    if (refusal.getCode() == Code.NOT_LEADER) {
      link.redirected(refusal.hasLeader() ? refusal.getLeader() : null, now);
      return;
    }
    switch (refusal.getSubjectCase()) {
      case NONCE -> work.writes().openRefused(refusal, now);
      case SEQUENCE -> batchRefused(from, refusal, now);
      case FENCE -> fenceRefused(from, refusal, now);
      case READ -> work.reads().refused(refusal, work.writes(), now);
      case CLOSING -> sessionClosed = true;
      case SUBJECT_NOT_SET -> {
        link.lost(from.endpoint() + " " + Refusals.describe(refusal), null, now);
        fail(Refusals.isPassing(refusal.getCode()) ? null : Refusals.failure(refusal));
      }
    }
  }

  private void fail(@Nullable Failure failure) {
    if (failure != null) {
      work.failAll(failure);
    }
  }
}
