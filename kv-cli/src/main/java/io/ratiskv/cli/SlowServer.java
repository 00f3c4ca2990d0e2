package io.ratiskv.cli;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs for a tenth of the time: it is stopped and continued, as a machine that is
 * overloaded or a disk that hangs would have it. The pauses are shorter than what elections wait
 * for. The process may go on as before once this is closed.
 */
final class SlowServer implements AutoCloseable {
  /** Ends by itself when the process is gone; $0 is its id. */
  private static final String LOOP =
      "while kill -STOP $0 && sleep 0.18 && kill -CONT $0 && sleep 0.02; do :; done";

  private final long pid;
  private final Process loop;

  private SlowServer(long pid, Process loop) {
    this.pid = pid;
    this.loop = loop;
  }

  /**
   * @throws CommandException where there is no shell to do it
   */
  static SlowServer slowDown(long pid) {
    return new SlowServer(pid, shell(LOOP, pid));
  }

  private static Process shell(String script, long pid) {
    try {
      return new ProcessBuilder("sh", "-c", script, Long.toString(pid))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NOT_STARTED, "can't slow a server down: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      loop.destroyForcibly().waitFor();
      boolean unused = shell("kill -CONT $0", pid).waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
