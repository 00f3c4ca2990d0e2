package io.ratiskv.cli;

import io.ratiskv.service.storage.DamagedLogException;
import io.ratiskv.service.storage.DataFolderException;
import io.ratiskv.statemachine.core.CorruptSnapshotException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What went wrong with files, for a person and as an exit code. */
final class LocalFailures {
  private LocalFailures() {}

  /**
   * Of a command that did nothing then.
   *
   * @param what was not done, in words
   */
  static CommandException of(String what, IOException cause) {
    return new CommandException(code(cause), what + ": " + words(cause), cause);
  }

  private static ExitCode code(IOException cause) {
    if (cause instanceof CorruptSnapshotException
        || cause instanceof DataFolderException
        || cause instanceof DamagedLogException) {
      return ExitCode.DATA_UNUSABLE;
    }
    return cause instanceof FileAlreadyExistsException || cause instanceof NoSuchFileException
        ? ExitCode.USAGE
        : ExitCode.NOT_APPLIED;
  }

  /** That of a missing file is its name and nothing else. */
  private static String words(IOException cause) {
    if (cause instanceof NoSuchFileException missing && missing.getReason() == null) {
      return "there is no file " + missing.getFile();
    }
    return cause instanceof FileSystemException file && file.getReason() == null
        ? cause.toString()
        : String.valueOf(cause.getMessage());
  }
}
