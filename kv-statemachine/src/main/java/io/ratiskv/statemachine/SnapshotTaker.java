package io.ratiskv.statemachine;

import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes snapshots on a thread of its own while applies go on, one at a time.
 *
 * <p>{@link #isBusy}, {@link #start} and {@link #finished} are for the applying thread alone.
 */
final class SnapshotTaker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotTaker.class);

  private final SnapshotFiles files;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "kv-snapshot");
            thread.setDaemon(true);
            return thread;
          });

  /** Completed with the index up to which the log is not needed any more. */
  private CompletableFuture<Long> writing = CompletableFuture.completedFuture(-1L);

  private boolean told = true;

  /** Written by the writing thread alone. */
  private volatile SnapshotCounts counts = SnapshotCounts.NONE;

  SnapshotTaker(SnapshotFiles files) {
    this.files = files;
  }

  boolean isBusy() {
    return !told;
  }

  /** Any thread may ask. */
  SnapshotCounts counts() {
    return counts;
  }

  /**
   * Has {@code view} written.
   *
   * @param taken completed with the index of the snapshot once it is on disk and published, or
   *     exceptionally
   */
  void start(SnapshotView view, CompletableFuture<Long> taken) {
    told = false;
    writing = CompletableFuture.supplyAsync(() -> write(view, taken), writer);
  }

  private long write(SnapshotView view, CompletableFuture<Long> taken) {
    long begun = System.nanoTime();
    try {
      files.write(view);
      files.prune();
      long needless = files.oldestKept();
      long took = System.nanoTime() - begun;
      counts = counts.withTaken(took, System.currentTimeMillis());
      LOG.info("took a snapshot at index {} in {} ms", view.index(), took / 1_000_000);
      taken.complete(view.index());
      return needless;
    } catch (IOException | RuntimeException e) {
      counts = counts.withFailed();
      LOG.error("could not take a snapshot at index {}; the log stays, and grows", view.index(), e);
      taken.completeExceptionally(e);
      return -1;
    }
  }

  /**
   * Whether a snapshot has been finished since the last call.
   *
   * @return the index up to which the log isn't needed any more; -1 if there is no news
   */
  long finished() {
    if (told || !writing.isDone()) {
      return -1;
    }
    told = true;
    return writing.join();
  }

  /** What is being written is still finished. */
  @Override
  public void close() {
    writer.shutdown();
  }
}
