package io.ratiskv.service;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back to one client, with its back-pressure: no further message is read from it while it
 * has {@link ServiceLimits#streamRequests} requests unanswered, or doesn't take its answers. Pages
 * of a read are made only when they can be sent. So what a slow client can heap up here is bounded.
 *
 * <p>Any thread may call; nothing here throws because a client is gone.
 */
final class ClientStream {
  private static final Logger LOG = LoggerFactory.getLogger(ClientStream.class);

  private final ServerCallStreamObserver<ServerMessage> out;
  private final int maxUnanswered;
  private final OpenSessions sessions;
  private final RequestMetrics metrics;

  /** Reads whose pages haven't all been sent. This and the fields below are guarded by this. */
  private final Queue<Iterator<ServerMessage>> pages = new ArrayDeque<>();

  private int unanswered;
  private boolean awaitingMessage;
  private boolean ended;

  /**
   * A stream that hasn't begun.
   *
   * @param sessions learns which session the stream speaks for
   * @param metrics where its requests are counted
   */
  ClientStream(
      ServerCallStreamObserver<ServerMessage> out,
      int maxUnanswered,
      OpenSessions sessions,
      RequestMetrics metrics) {
    this.metrics = metrics;
    this.out = out;
    this.sessions = sessions;
    this.maxUnanswered = maxUnanswered;
    out.disableAutoRequest();
    out.setOnReadyHandler(this::proceed);
    out.setOnCancelHandler(this::end);
  }

  /** Lets the first message in. */
  synchronized void start() {
    awaitNext();
  }

  /**
   * A message has been received, and will be answered by one of the methods below.
   *
   * @return false if the stream has ended: the message is to be dropped
   */
  synchronized boolean received() {
    awaitingMessage = false;
    unanswered++;
    awaitNext();
    return !ended;
  }

  /** Whether the calling thread is in the middle of an answer, or of another of these methods. */
  boolean isHeld() {
    return Thread.holdsLock(this);
  }

  RequestMetrics metrics() {
    return metrics;
  }

  /** The client uses that session on this stream. */
  synchronized void speaksFor(long session, String principal) {
    if (!ended) {
      sessions.used(this, session, principal);
    }
  }

  /** Says what nobody asked for. */
  synchronized void tell(ServerMessage message) {
    send(message);
  }

  /** Answers a request with one message. */
  synchronized void answer(ServerMessage message) {
    send(message);
    unanswered--;
    awaitNext();
  }

  /** Answers a request with some messages, made as they can be sent. */
  synchronized void answer(Iterator<ServerMessage> messages) {
    pages.add(messages);
    proceed();
  }

  private synchronized void proceed() {
    while (!ended && out.isReady() && !pages.isEmpty()) {
      Iterator<ServerMessage> first = pages.element();
      if (first.hasNext()) {
        send(first.next());
      } else {
        pages.remove();
        unanswered--;
      }
    }
    awaitNext();
  }

  private void awaitNext() {
    if (!ended && !awaitingMessage && unanswered < maxUnanswered && out.isReady()) {
      awaitingMessage = true;
      out.request(1);
    }
  }

  private void send(ServerMessage message) {
    if (ended) {
      return;
    }
    try {
      out.onNext(message);
    } catch (RuntimeException e) {
      // The call was cancelled meanwhile; its client asks again elsewhere.
      LOG.debug("a client is gone", e);
      end();
    }
  }

  /** Ends the stream with an error: what was said on it is not what a client says. */
  synchronized void fail(Status status) {
    if (!ended) {
      end();
      out.onError(status.asRuntimeException());
    }
  }

  /** A request can't be answered, for a reason that nobody thought of: the stream ends. */
  void breaks(RuntimeException cause) {
    LOG.error("a request could not be answered", cause);
    try {
      fail(Status.INTERNAL.withDescription("a request could not be answered"));
    } catch (RuntimeException e) {
      LOG.error("a stream could not be ended", e);
    }
  }

  /** The client has said all; what is unanswered still is. */
  synchronized void complete() {
    if (!ended) {
      end();
      out.onCompleted();
    }
  }

  private synchronized void end() {
    if (!ended) {
      ended = true;
      pages.clear();
      sessions.ended(this);
    }
  }
}
