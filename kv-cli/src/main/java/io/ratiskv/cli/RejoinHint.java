package io.ratiskv.cli;

import io.ratiskv.service.ForgottenException;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.storage.DamagedLogException;
import io.ratiskv.service.storage.DataFolderException;
import io.ratiskv.statemachine.DamagedSnapshotsException;

/** Says by which command a server that lost data comes back. */
final class RejoinHint {
  private RejoinHint() {}

  /** With the command, where it helps and there are others; else the same. */
  static CommandException addTo(CommandException failure, String kv, ServerConfig config) {
    Throwable cause = failure.getCause();
    boolean lost =
        cause instanceof DamagedLogException
            || cause instanceof DamagedSnapshotsException
            || (cause instanceof DataFolderException folder && folder.isDataLost());
    boolean helps = lost || (cause instanceof ForgottenException && !config.joins());
    if (!helps || config.members().size() == 1) {
      return failure;
    }
    return new CommandException(
        failure.exitCode(),
        failure.getMessage()
            + "\nWhile the other servers run, this lets it rejoin the cluster; its present data is"
            + " moved aside:\n  "
            + ShellWords.join(ServerOptions.words(kv, "rejoin", config)),
        cause);
  }
}
