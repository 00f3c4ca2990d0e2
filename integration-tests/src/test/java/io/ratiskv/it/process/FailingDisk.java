package io.ratiskv.it.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** System calls of a server that fail, from now on until this is closed. It needs strace. */
public final class FailingDisk implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Process strace;

  private FailingDisk(Process strace) {
    this.strace = strace;
  }

  /**
   * The first fsync of each thread fails with an input/output error, and those after it succeed: as
   * on a disk that lost what was to be written, and tells only once.
   */
  public static FailingDisk of(ServerProcess server) throws IOException {
    return start(
        server, "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=1");
  }

  /** As on a full disk, what is written to this file fails; it may not be there yet. */
  public static FailingDisk withoutRoomFor(ServerProcess server, Path file) throws IOException {
    return start(
        server,
        "-P",
        file.toString(),
        "-e",
        "trace=write,pwrite64,writev",
        "-e",
        "inject=write,pwrite64,writev:error=ENOSPC");
  }

  /** Returns when the process is being traced. */
  private static FailingDisk start(ServerProcess server, String... faults) throws IOException {
    List<String> command = new ArrayList<>(List.of("strace", "-f", "-o", "/dev/null"));
    command.addAll(List.of(faults));
    command.addAll(List.of("-p", String.valueOf(server.pid())));
    Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
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
