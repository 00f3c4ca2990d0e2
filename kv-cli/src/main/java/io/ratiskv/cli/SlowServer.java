package io.ratiskv.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs for a tenth of the time: it is stopped and continued, as a machine that is
 * overloaded or a disk that hangs would have it. The pauses are shorter than what elections wait
 * for. The process may go on as before once this is closed, or the process that did it is gone.
 */
final class SlowServer implements AutoCloseable {
  /** Ends by itself when the process is gone, $0, or whoever wants it slow, $1. */
  private static final String LOOP =
      "while kill -0 $1 && kill -STOP $0 && sleep 0.18 && kill -CONT $0 && sleep 0.02; do :; done";

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
    return slowDown(pid, ProcessHandle.current().pid());
  }

  /** For as long as the process {@code during} lives. */
  static SlowServer slowDown(long pid, long during) {
    return new SlowServer(pid, shell(LOOP, pid, during));
  }

  /** Whether it still slows the process down. */
  boolean isAtWork() {
    return loop.isAlive();
  }

  private static Process shell(String script, long... pids) {
    List<String> words = new ArrayList<>(List.of("sh", "-c", script));
    for (long pid : pids) {
      words.add(Long.toString(pid));
    }
    try {
      return new ProcessBuilder(words)
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
