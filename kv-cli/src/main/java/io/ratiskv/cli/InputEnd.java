package io.ratiskv.cli;

import java.io.IOException;

/** Ends the process when its standard input ends: when the process at the other end is gone. */
final class InputEnd {
  private InputEnd() {}

  static void watch(Shell shell) {
    Thread watch = new Thread(() -> exitAtEnd(shell), "kv-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void exitAtEnd(Shell shell) {
    try {
      while (shell.in().read() >= 0) {
        // Nothing is meant for us.
      }
    } catch (IOException e) {
      shell.note("standard input: " + e.getMessage());
    }
    System.exit(ExitCode.DONE.number());
  }
}
