package io.ratiskv.cli;

import org.jspecify.annotations.Nullable;

/** Ends a command: the message for a person, and the exit code. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  CommandException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  CommandException(ExitCode exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
