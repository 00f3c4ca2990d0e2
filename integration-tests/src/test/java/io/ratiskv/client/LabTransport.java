package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.ServerMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** gRPC over a {@link LabNetwork}. */
final class LabTransport implements Transport {
  /** A lost message is noticed in three times the longest that the network takes for two. */
  static final Tuning QUICK =
      Tuning.of(
          Duration.ofMillis(150),
          Duration.ofMillis(400),
          Duration.ofMillis(10),
          Duration.ofMillis(5),
          Duration.ofMillis(50));

  private static final long GHOST_MICROS = 2_000_000;

  private final LabNetwork network;
  private final GrpcTransport grpc = new GrpcTransport(Channels.PLAIN);

  LabTransport(LabNetwork network) {
    this.network = network;
  }

  @Override
  public Stream connect(Endpoint endpoint, Listener listener) {
    return new BadStream(endpoint, listener);
  }

  @Override
  public void close() {
    grpc.close();
  }

  /** Its state is changed on the network's thread alone, but for the stream below being opened. */
  private final class BadStream implements Stream, Listener {
    private final Endpoint endpoint;
    private final Listener client;
    private final Stream server;
    private @Nullable ClientMessage hello;
    private boolean cancelled;
    private boolean closed;

    BadStream(Endpoint endpoint, Listener client) {
      this.endpoint = endpoint;
      this.client = client;
      this.server = grpc.connect(endpoint, this);
    }

    @Override
    public void send(ClientMessage message) {
      network.sent(message);
      network.request(
          () -> {
            if (!cancelled && !closed) {
              server.send(message);
            }
          });
      if (message.hasHello()) {
        hello = message;
      } else if (hello != null) {
        Hello first = hello.getHello();
        network.holdBack(() -> haunt(endpoint, first, message));
      }
    }

    @Override
    public void cancel() {
      network.after(
          0,
          () -> {
            cancelled = true;
            server.cancel();
          });
    }

    @Override
    public void onMessage(ServerMessage message, Runnable consumed) {
      network.answered(endpoint, message);
      AtomicBoolean first = new AtomicBoolean(true);
      boolean comes =
          network.reply(
              () -> {
                if (!closed) {
                  client.onMessage(message, first.getAndSet(false) ? consumed : () -> {});
                }
              });
      if (!comes) {
        consumed.run();
      }
    }

    @Override
    public void onClosed(Failure why) {
      network.after(
          0,
          () -> {
            closed = true;
            client.onClosed(why);
          });
    }
  }

  /** Brings a request of a stream that may be long gone; nobody listens to what is answered. */
  private void haunt(Endpoint endpoint, Hello hello, ClientMessage late) {
    Stream ghost = grpc.connect(endpoint, new Nobody(endpoint));
    ghost.send(ClientMessage.newBuilder().setHello(hello).build());
    ghost.send(late);
    network.after(GHOST_MICROS, ghost::cancel);
  }

  private final class Nobody implements Listener {
    private final Endpoint endpoint;

    Nobody(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void onMessage(ServerMessage message, Runnable consumed) {
      network.answered(endpoint, message);
      consumed.run();
    }

    @Override
    public void onClosed(Failure why) {}
  }
}
