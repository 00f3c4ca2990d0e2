package io.ratiskv.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Stays with servers until the process is told to end: by SIGTERM, or Ctrl-C. */
final class Foreground {
  private static final long STOP_SECONDS = 15;

  private final Shell shell;
  private final Servers servers;

  Foreground(Shell shell, Servers servers) {
    this.shell = shell;
    this.servers = servers;
  }

  /**
   * Returns when the thread is interrupted, or when all servers have ended by themselves; after a
   * signal it doesn't return, and the process ends with exit code 0.
   */
  ExitCode stay() {
    Thread hook = new Thread(this::stopAndEnd, "kv-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      servers.allEnded().get();
      leave(hook);
      shell.note("error: all servers have ended");
      return ExitCode.NOT_STARTED;
    } catch (InterruptedException e) {
      leave(hook);
      return ExitCode.DONE;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      servers.close();
    }
  }

  private static void leave(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending; the hook sees to it, and what this thread did now would be in its
      // way.
      awaitEnd();
    }
  }

  private static void awaitEnd() {
    while (true) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        // There is nothing left that could be cut short.
      }
    }
  }

  /** Java's own exit code after a signal, 143, would tell of a failure. */
  private void stopAndEnd() {
    CountDownLatch stopped = new CountDownLatch(1);
    Thread stop =
        new Thread(
            () -> {
              servers.close();
              stopped.countDown();
            },
            "kv-stop-servers");
    stop.start();
    ExitCode code = ExitCode.INTERNAL;
    try {
      code = stopped.await(STOP_SECONDS, TimeUnit.SECONDS) ? ExitCode.DONE : ExitCode.INTERNAL;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shell.note(code == ExitCode.DONE ? "stopped" : "not stopped after 15 s; ended all the same");
    Runtime.getRuntime().halt(code.number());
  }
}
