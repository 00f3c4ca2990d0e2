package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.ServerMessage;
import org.jspecify.annotations.Nullable;

/** How the client reaches servers: gRPC, or in tests something that loses and repeats messages. */
interface Transport extends AutoCloseable {
  /**
   * Opens a stream to one server. Must not block; what goes wrong later is told to the listener.
   * The listener may be called on any thread, this one too, but never by two at once.
   */
  Stream connect(Endpoint endpoint, Listener listener);

  @Override
  void close();

  /** The client's end of a stream. Calls come one at a time. */
  interface Stream {
    /** Must not block. What is unsent is bounded by the windows of the client. */
    void send(ClientMessage message);

    /** Gives the stream up. Calls of the listener may still follow, and are ignored. */
    void cancel();
  }

  /** What comes from the server. */
  interface Listener {
    /**
     * A message has come.
     *
     * @param consumed to be run once, on any thread, when the message was dealt with: a transport
     *     delivers only so many that were not
     */
    void onMessage(ServerMessage message, Runnable consumed);

    /** The last call. */
    void onClosed(Failure why);
  }

  /**
   * Why a stream ended.
   *
   * @param denied the server doesn't let this client in
   */
  record Failure(String message, boolean denied, @Nullable Throwable cause) {}
}
