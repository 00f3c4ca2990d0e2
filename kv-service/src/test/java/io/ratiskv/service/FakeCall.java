package io.ratiskv.service;

import io.grpc.stub.ServerCallStreamObserver;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's call that keeps what it is sent, and is ready when the test says so. */
final class FakeCall extends ServerCallStreamObserver<ServerMessage> {
  private final List<ServerMessage> sent = new ArrayList<>();
  private Runnable onReady = () -> {};
  private volatile Runnable onSent = () -> {};
  private volatile Runnable onRequest = () -> {};
  private boolean ready = true;
  private boolean broken;
  private int requested;
  private @Nullable Throwable failure;

  synchronized List<ServerMessage> sent() {
    return List.copyOf(sent);
  }

  /** Messages that the server has asked for so far. */
  synchronized int requested() {
    return requested;
  }

  synchronized @Nullable Throwable failure() {
    return failure;
  }

  void setReady(boolean now) {
    synchronized (this) {
      ready = now;
    }
    if (now) {
      onReady.run();
    }
  }

  /** Run each time that something is sent, by whoever sends it. */
  void whenSent(Runnable action) {
    onSent = action;
  }

  @Override
  public void onNext(ServerMessage message) {
    synchronized (this) {
      sent.add(message);
    }
    onSent.run();
  }

  /** From now on it fails when it is asked whether it is ready. */
  synchronized void breaks() {
    broken = true;
  }

  @Override
  public synchronized boolean isReady() {
    if (broken) {
      throw new IllegalStateException("broken");
    }
    return ready;
  }

  /** Run each time that the server asks for a message, by whoever asks. */
  void whenRequested(Runnable action) {
    onRequest = action;
  }

  @Override
  public void request(int count) {
    synchronized (this) {
      requested += count;
    }
    onRequest.run();
  }

  @Override
  public void setOnReadyHandler(Runnable handler) {
    onReady = handler;
  }

  @Override
  public synchronized void onError(Throwable cause) {
    failure = cause;
  }

  @Override
  public void onCompleted() {}

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void disableAutoRequest() {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
