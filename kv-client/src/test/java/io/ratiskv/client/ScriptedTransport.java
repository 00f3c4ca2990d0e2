package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The test is the server: it takes each message that the client sends, and answers as it likes. */
final class ScriptedTransport implements Transport {
  private static final long PATIENCE_SECONDS = 20;

  private final BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();

  @Override
  public Stream connect(Endpoint endpoint, Listener listener) {
    Session session = new Session(endpoint, listener);
    sessions.add(session);
    return session;
  }

  @Override
  public void close() {}

  /** The next stream that the client opens. Its hello is taken off. */
  Session accept() {
    Session session = take(sessions, "no connection");
    assertThat(session.take().hasHello()).isTrue();
    return session;
  }

  /** As {@link #accept}, from the leader. */
  Session welcome() {
    Session session = accept();
    session.say(Messages.welcome());
    return session;
  }

  /** As {@link #welcome()}, in that life of the cluster. */
  Session welcome(long epoch) {
    Session session = accept();
    session.say(Messages.welcome(epoch));
    return session;
  }

  boolean isIdle() {
    return sessions.isEmpty();
  }

  private static <T> T take(BlockingQueue<T> queue, String otherwise) {
    try {
      T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(taken).as(otherwise).isNotNull();
      return taken;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The server's end of a stream. */
  static final class Session implements Stream {
    private final Endpoint endpoint;
    private final Listener listener;
    private final BlockingQueue<ClientMessage> sent = new LinkedBlockingQueue<>();
    private final AtomicInteger unconsumed = new AtomicInteger();
    private volatile boolean cancelled;

    Session(Endpoint endpoint, Listener listener) {
      this.endpoint = endpoint;
      this.listener = listener;
    }

    @Override
    public void send(ClientMessage message) {
      sent.add(message);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    Endpoint endpoint() {
      return endpoint;
    }

    boolean isCancelled() {
      return cancelled;
    }

    int unconsumed() {
      return unconsumed.get();
    }

    ClientMessage take() {
      return ScriptedTransport.take(sent, "nothing was sent");
    }

    Batch takeBatch() {
      ClientMessage message = take();
      assertThat(message.hasBatch()).as("a batch, not %s", message).isTrue();
      return message.getBatch();
    }

    Read takeRead() {
      ClientMessage message = take();
      assertThat(message.hasRead()).as("a read, not %s", message).isTrue();
      return message.getRead();
    }

    Fence takeFence() {
      ClientMessage message = take();
      assertThat(message.hasFence()).as("a fence, not %s", message).isTrue();
      return message.getFence();
    }

    OpenSession takeOpen() {
      ClientMessage message = take();
      assertThat(message.hasOpen()).as("an open, not %s", message).isTrue();
      return message.getOpen();
    }

    void open(long session) {
      say(Messages.opened(takeOpen().getNonce(), session));
    }

    /** What a message brings about is done when this returns. */
    void say(ServerMessage message) {
      unconsumed.incrementAndGet();
      listener.onMessage(message, unconsumed::decrementAndGet);
    }

    void breakOff() {
      listener.onClosed(new Failure("broken off by the test", false, null));
    }

    void assertNothingSent() {
      assertThat(sent).isEmpty();
    }
  }
}
