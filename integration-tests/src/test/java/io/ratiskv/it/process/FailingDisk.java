package io.ratiskv.it.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * From now on the first fsync of each thread of a server fails with an input/output error, and
 * those after it succeed: as on a disk that lost what was to be written, and tells only once. It
 * needs strace.
 */
public final class FailingDisk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process strace;

  private FailingDisk(Process strace) {
    this.strace = strace;
  }

  /** Returns when the process is being traced. */
  public static FailingDisk of(ServerProcess server) throws IOException {
    Process strace =
        new ProcessBuilder(
                "strace",
                "-f",
                "-o",
                "/dev/null",
                "-e",
                "trace=fsync,fdatasync",
                "-e",
                "inject=fsync,fdatasync:error=EIO:when=1",
                "-p",
                String.valueOf(server.pid()))
            .redirectErrorStream(true)
            .start();
    FailingDisk disk = new FailingDisk(strace);
    try {
      awaitAttached(strace);
      return disk;
    } catch (IOException e) {
      disk.close();
      throw e;
    }
  }

  /** It says "strace: Process 123 attached", or why it can't. */
  private static void awaitAttached(Process strace) throws IOException {
    StringBuilder said = new StringBuilder();
    while (said.indexOf("attached") < 0) {
      int next = strace.getInputStream().read();
      if (next < 0) {
        throw new IOException("strace ended: " + said);
      }
      said.append((char) next);
    }
  }

  /** The disk is well again. */
  @Override
  public void close() {
    strace.destroy();
    try {
      if (!strace.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        strace.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
