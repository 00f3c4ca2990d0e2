package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One stream. The engine listens to one connection at a time and to no message of an older. */
final class Connection implements Transport.Listener {
  /** Called on the transport's threads, without the engine's lock. */
  interface Owner {
    void received(Connection from, ServerMessage message, Runnable consumed);

    void closed(Connection which, Transport.Failure why);
  }

  private final Endpoint endpoint;
  private final Transport transport;
  private final Owner owner;
  private final Outbox outbox;

  /** Messages that were received and whose calls aren't all being delivered yet. */
  private final AtomicInteger unconsumed = new AtomicInteger();

  private volatile boolean closed;
  private volatile long heardNanos;

  /** Used by the outbox only. */
  private Transport.@Nullable Stream stream;

  /** Guarded by the engine's lock. */
  private boolean ready;

  private long epoch;

  Connection(Endpoint endpoint, Transport transport, Owner owner, Outbox outbox, long now) {
    this.endpoint = endpoint;
    this.transport = transport;
    this.owner = owner;
    this.outbox = outbox;
    this.heardNanos = now;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** Whether the server has said that it leads. */
  boolean isReady() {
    return ready;
  }

  void setReady(long inEpoch) {
    ready = true;
    epoch = inEpoch;
  }

  /** The life of the cluster, as the server said. */
  long epoch() {
    return epoch;
  }

  void open(ClientMessage hello) {
    act(
        () -> {
          stream = transport.connect(endpoint, this);
          stream.send(hello);
        });
  }

  /** Sends, after what was sent before; the message is made when its turn has come. */
  void send(Supplier<ClientMessage> message) {
    act(
        () -> {
          if (stream != null && !closed) {
            stream.send(message.get());
          }
        });
  }

  void close() {
    closed = true;
    act(
        () -> {
          if (stream != null) {
            stream.cancel();
          }
        });
  }

  private void act(Runnable step) {
    outbox.add(
        () -> {
          try {
            step.run();
          } catch (RuntimeException | Error e) {
            owner.closed(this, new Transport.Failure("can't send: " + e, false, e));
          }
        });
  }

  /** An answer is due from now on. */
  void expect(long now) {
    heardNanos = now;
  }

  /** For how long the server has said nothing, if it could. */
  long silentNanos(long now) {
    return unconsumed.get() > 0 ? 0 : now - heardNanos;
  }

  @Override
  public void onMessage(ServerMessage message, Runnable consumed) {
    heardNanos = System.nanoTime();
    unconsumed.incrementAndGet();
    owner.received(
        this,
        message,
        () -> {
          heardNanos = System.nanoTime();
          unconsumed.decrementAndGet();
          consumed.run();
        });
  }

  @Override
  public void onClosed(Transport.Failure why) {
    owner.closed(this, why);
  }
}
