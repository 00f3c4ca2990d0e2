package io.ratiskv.cli;

import io.ratiskv.statemachine.Fatal;

/** A server that must not go on takes the process with it, at once. */
final class EndOfProcess implements Fatal {
  /** For the message to be written, to a standard error that may be blocked. */
  private static final long PATIENCE_MILLIS = 1_000;

  private final Shell shell;
  private final String server;

  EndOfProcess(Shell shell, String server) {
    this.shell = shell;
    this.server = server;
  }

  @Override
  public void halt(Reason reason, String message, Throwable cause) {
    try {
      Thread report = new Thread(() -> report(reason, message, cause), "kv-last-words");
      report.start();
      report.join(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      Runtime.getRuntime().halt(reason.exitCode());
    }
  }

  private void report(Reason reason, String message, Throwable cause) {
    shell.note("server " + server + " ends itself: " + reason + ": " + message.replace('\n', ' '));
    if (shell.debugs()) {
      cause.printStackTrace(shell.err());
    }
  }
}
