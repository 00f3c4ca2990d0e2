package io.ratiskv.cli;

import io.ratiskv.cli.config.ConfigException;
import io.ratiskv.cli.config.Settings;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what went wrong, and gives the exit code. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Shell shell;
  private final Settings settings;

  ErrorReport(Shell shell, Settings settings) {
    this.shell = shell;
    this.settings = settings;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult arguments) {
    shell.out().flush();
    if (shell.debugs()) {
      failure.printStackTrace(shell.err());
    }
    return report(failure).number();
  }

  private ExitCode report(Exception failure) {
    if (failure instanceof CommandException known) {
      shell.note("error: " + known.getMessage());
      return known.exitCode();
    }
    if (failure instanceof ConfigException known) {
      shell.note("error: " + known.getMessage());
      return ExitCode.USAGE;
    }
    if (failure instanceof KvException known) {
      shell.note("error: " + text(known));
      return known.outcome() == Outcome.UNKNOWN ? ExitCode.UNKNOWN : ExitCode.NOT_APPLIED;
    }
    shell.note("error: a fault in kv: " + failure + "; KV_DEBUG=1 shows where");
    return ExitCode.INTERNAL;
  }

  /** The message, with the outcome in words. */
  static String text(KvException failure) {
    String message = String.valueOf(failure.getMessage());
    String outcome = " [" + failure.outcome() + "]";
    if (message.endsWith(outcome)) {
      message = message.substring(0, message.length() - outcome.length());
    }
    return message
        + switch (failure.outcome()) {
          case NOT_APPLIED -> " (not applied)";
          case UNKNOWN -> " (unknown whether it was applied)";
        };
  }

  @Override
  public int handleParseException(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    if (failure instanceof UnmatchedArgumentException unmatched) {
      explain(unmatched, command);
    } else {
      shell.note("error: " + text(failure, arguments));
    }
    shell.note("Try '" + name + " --help'.");
    if (shell.debugs()) {
      failure.printStackTrace(shell.err());
    }
    return ExitCode.USAGE.number();
  }

  /** A value that can't be read names what it came from: a variable, a file or an option. */
  private String text(ParameterException failure, String... arguments) {
    String message = String.valueOf(failure.getMessage());
    if (!(failure.getArgSpec() instanceof OptionSpec option)
        || !Settings.isSetting(option)
        || isGiven(option, arguments)) {
      return message;
    }
    return settings
        .find(Settings.name(option))
        .map(found -> found.origin() + ": " + message)
        .orElse(message);
  }

  private static boolean isGiven(OptionSpec option, String... arguments) {
    return Arrays.stream(arguments)
        .anyMatch(
            argument ->
                argument.equals(option.longestName())
                    || argument.startsWith(option.longestName() + "="));
  }

  private void explain(UnmatchedArgumentException unmatched, CommandLine command) {
    String first = unmatched.getUnmatched().get(0);
    if (command.getParent() == null && !first.startsWith("-")) {
      shell.note("error: there is no command '" + first + "'");
    } else {
      shell.note("error: " + unmatched.getMessage());
    }
    UnmatchedArgumentException.printSuggestions(unmatched, command.getErr());
    if (command.getParent() != null && first.startsWith("-")) {
      shell.note("A key or a value that begins with a hyphen goes after --");
    }
  }
}
