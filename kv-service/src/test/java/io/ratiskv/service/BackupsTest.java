package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.ratiskv.protocol.v1.BackupPart;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackupsTest {
  /** It is never taken. */
  private final CompletableFuture<Path> snapshot = new CompletableFuture<>();

  private final Backups backups = new Backups();

  @Test
  void nobodyWaitsForASnapshotOnceTheCallIsCancelled() throws Exception {
    Call call = new Call();
    backups.send(() -> snapshot, call);
    Call second = new Call();
    backups.send(() -> snapshot, second);
    assertThat(second.failure.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.ABORTED);

    call.cancel();
    assertThat(call.failure.get(30, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
    assertThat(snapshot).isCancelled();
  }

  private static final class Call extends ServerCallStreamObserver<BackupPart> {
    private final CompletableFuture<Status> failure = new CompletableFuture<>();
    private Runnable onCancel = () -> {};
    private volatile boolean cancelled;

    void cancel() {
      cancelled = true;
      onCancel.run();
    }

    @Override
    public boolean isCancelled() {
      return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onError(Throwable cause) {
      failure.complete(Status.fromThrowable(cause));
    }

    @Override
    public void onNext(BackupPart part) {}

    @Override
    public void onCompleted() {}

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void request(int count) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void disableAutoRequest() {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
