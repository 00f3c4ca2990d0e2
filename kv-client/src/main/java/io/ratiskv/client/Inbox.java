package io.ratiskv.client;

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
        work.writes().opened(message.getOpened());
      }
      case APPLIED -> {
        link.progress();
        work.writes().applied(message.getApplied());
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
    }
  }

  private void refused(Connection from, Refusal refusal, long now) {
    if (refusal.getCode() == Code.NOT_LEADER) {
      link.redirected(refusal.hasLeader() ? refusal.getLeader() : null, now);
      return;
    }
    switch (refusal.getSubjectCase()) {
      case NONCE -> work.writes().openRefused(refusal, now);
      case SEQUENCE -> work.writes().batchRefused(refusal, from, now);
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
