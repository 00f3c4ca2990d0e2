package io.ratiskv.service;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.ratiskv.protocol.v1.BackupPart;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends snapshot files to operators, one at a time, each on a thread of its own and no faster than
 * it is taken.
 */
final class Backups {
  private static final Logger LOG = LoggerFactory.getLogger(Backups.class);
  private static final int PART_BYTES = 128 << 10;

  /** For the snapshot to be taken, and for each time that the receiver takes nothing. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final AtomicBoolean busy = new AtomicBoolean();

  /** Where the snapshot is that is to be sent: asked on the thread that sends it. */
  interface Source {
    CompletableFuture<Path> snapshot();
  }

  /** Has the file sent; returns at once. Must be called while the call begins, for gRPC's sake. */
  void send(Source source, ServerCallStreamObserver<BackupPart> out) {
    if (!busy.compareAndSet(false, true)) {
      out.onError(
          Status.ABORTED.withDescription("another backup is under way").asRuntimeException());
      return;
    }
    Room room = new Room(out);
    Thread thread =
        new Thread(
            () -> {
              try {
                send(source, out, room);
              } finally {
                busy.set(false);
              }
            },
            "kv-backup");
    thread.setDaemon(true);
    thread.start();
  }

  private static void send(Source source, ServerCallStreamObserver<BackupPart> out, Room room) {
    try {
      CompletableFuture<Path> snapshot = source.snapshot();
      room.endOnCancel(snapshot);
      Path file = snapshot.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      try (InputStream in = Files.newInputStream(file)) {
        sendParts(in, Files.size(file), out, room);
      }
      out.onCompleted();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CancellationException e) {
      out.onError(Status.CANCELLED.asRuntimeException());
    } catch (ExecutionException e) {
      out.onError(asStatus(e.getCause()));
    } catch (IOException | TimeoutException | StatusRuntimeException e) {
      out.onError(asStatus(e));
    }
  }

  private static void sendParts(
      InputStream in, long size, ServerCallStreamObserver<BackupPart> out, Room room)
      throws IOException, InterruptedException, TimeoutException {
    BackupPart.Builder part = BackupPart.newBuilder().setTotalBytes(size);
    for (byte[] bytes = in.readNBytes(PART_BYTES);
        bytes.length > 0;
        bytes = in.readNBytes(PART_BYTES)) {
      room.await();
      out.onNext(part.setContent(UnsafeByteOperations.unsafeWrap(bytes)).build());
      part = BackupPart.newBuilder();
    }
  }

  private static StatusRuntimeException asStatus(@Nullable Throwable failure) {
    if (failure instanceof StatusRuntimeException known) {
      return known;
    }
    LOG.warn("could not send a backup", failure);
    Status status =
        failure instanceof NoSuchFileException || failure instanceof TimeoutException
            ? Status.ABORTED.withDescription("the snapshot was not sent in time; ask again")
            : Status.INTERNAL.withDescription("the snapshot could not be taken or read");
    return status.asRuntimeException();
  }

  /** Whether the receiver takes more. */
  private static final class Room {
    private final ServerCallStreamObserver<BackupPart> out;
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    Room(ServerCallStreamObserver<BackupPart> out) {
      this.out = out;
      out.setOnReadyHandler(this::changed);
      out.setOnCancelHandler(
          () -> {
            cancelled.complete(null);
            changed();
          });
    }

    /** Nobody waits for it once the call is cancelled. */
    void endOnCancel(CompletableFuture<?> wait) {
      var unused = cancelled.thenRun(() -> wait.cancel(false));
    }

    private synchronized void changed() {
      notifyAll();
    }

    synchronized void await() throws InterruptedException, TimeoutException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!out.isReady() && !out.isCancelled()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          throw new TimeoutException("the receiver took nothing");
        }
        wait(left);
      }
      if (out.isCancelled()) {
        throw Status.CANCELLED.asRuntimeException();
      }
    }
  }
}
