package io.ratiskv.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.KvGrpc;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Streams over gRPC. Each has a channel, and so a TCP connection, of its own: a new attempt then
 * never waits for the back-off of an old channel, nor goes down a connection that is half open.
 * What arrives is handled on Netty's event loop, without a hop to another thread.
 */
final class GrpcTransport implements Transport {
  /** Messages of a stream that may be undelivered; the largest are a little over 1 MiB. */
  private static final int INBOUND_WINDOW = 16;

  private final Channels channels;
  private boolean closed;

  GrpcTransport(Channels channels) {
    this.channels = channels;
    NetworkThreads.join();
  }

  @Override
  public Stream connect(Endpoint endpoint, Listener listener) {
    ManagedChannel channel;
    try {
      channel = channels.open(endpoint);
    } catch (UnavailableException e) {
      // A file may be gone for the moment in which it is replaced.
      listener.onClosed(new Failure(String.valueOf(e.getMessage()), false, e));
      return new NoStream();
    }
    GrpcStream stream =
        new GrpcStream(
            channel, channel.newCall(KvGrpc.getConnectMethod(), CallOptions.DEFAULT), listener);
    stream.start();
    return stream;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      NetworkThreads.leave();
    }
  }

  /** Of a connection that was never begun. */
  private static final class NoStream implements Stream {
    @Override
    public void send(ClientMessage message) {}

    @Override
    public void cancel() {}
  }

  private static final class GrpcStream extends ClientCall.Listener<ServerMessage>
      implements Stream {
    private final ManagedChannel channel;
    private final ClientCall<ClientMessage, ServerMessage> call;
    private final Listener listener;
    private final Runnable consumed;

    GrpcStream(
        ManagedChannel channel, ClientCall<ClientMessage, ServerMessage> call, Listener listener) {
      this.channel = channel;
      this.call = call;
      this.listener = listener;
      this.consumed = () -> call.request(1);
    }

    void start() {
      call.start(this, new Metadata());
      call.request(INBOUND_WINDOW);
    }

    @Override
    public void send(ClientMessage message) {
      unlessEnded(() -> call.sendMessage(message));
    }

    @Override
    public void cancel() {
      unlessEnded(
          () -> {
            call.cancel("given up by the client", null);
            channel.shutdownNow();
          });
    }

    /** With the last client the network's threads end, and close what is still open. */
    private static void unlessEnded(Runnable action) {
      try {
        action.run();
      } catch (RejectedExecutionException e) {
        // By them: nobody waits for this stream any more.
      }
    }

    @Override
    public void onMessage(ServerMessage message) {
      listener.onMessage(message, consumed);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      channel.shutdownNow();
      Status.Code code = status.getCode();
      boolean denied = code == Status.Code.UNAUTHENTICATED || code == Status.Code.PERMISSION_DENIED;
      listener.onClosed(new Failure(describe(status), denied, status.getCause()));
    }

    private static String describe(Status status) {
      String text = status.getCode().toString();
      if (status.getDescription() != null) {
        text += ": " + status.getDescription();
      }
      return status.getCause() == null ? text : text + ": " + status.getCause().getMessage();
    }
  }
}
