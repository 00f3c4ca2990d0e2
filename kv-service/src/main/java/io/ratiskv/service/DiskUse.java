package io.ratiskv.service;

import io.ratiskv.statemachine.KvStateMachine;
import java.io.File;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorageDirectory;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a server's data takes on its disk. A thread measures it every second; any other may ask for
 * what was measured last, and never waits for a disk that hangs.
 */
final class DiskUse implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskUse.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Supplier<Sizes> measure;
  private final ScheduledExecutorService measuring =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "kv-disk");
            thread.setDaemon(true);
            return thread;
          });
  private volatile Sizes sizes;

  /**
   * In bytes.
   *
   * @param log with the room set aside
   * @param free where the server keeps its data
   * @param snapshot the newest
   */
  record Sizes(long log, long free, long snapshot) {}

  /** Measures for the first time, and goes on. */
  DiskUse(Supplier<Sizes> measure, Duration period) {
    this.measure = measure;
    this.sizes = measure.get();
    var unused =
        measuring.scheduleWithFixedDelay(
            this::look, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** That of a server. */
  static DiskUse of(RaftServer.Division division, KvStateMachine stateMachine) {
    RaftStorageDirectory folder = division.getRaftStorage().getStorageDir();
    return new DiskUse(
        () ->
            new Sizes(
                logBytes(folder),
                folder.getRoot().getUsableSpace(),
                snapshotBytes(stateMachine.getLatestSnapshot())),
        PERIOD);
  }

  Sizes sizes() {
    return sizes;
  }

  private void look() {
    try {
      sizes = measure.get();
    } catch (RuntimeException e) {
      // A failure must not end the measuring itself.
      LOG.warn("could not measure what is on the disk", e);
    }
  }

  private static long logBytes(RaftStorageDirectory folder) {
    File[] segments = folder.getCurrentDir().listFiles((in, name) -> name.startsWith("log_"));
    long bytes = 0;
    for (File segment : segments == null ? new File[0] : segments) {
      bytes += segment.length();
    }
    return bytes;
  }

  private static long snapshotBytes(@Nullable SnapshotInfo snapshot) {
    return snapshot == null
        ? 0
        : snapshot.getFiles().stream().mapToLong(file -> file.getPath().toFile().length()).sum();
  }

  @Override
  public void close() {
    measuring.shutdownNow();
  }
}
