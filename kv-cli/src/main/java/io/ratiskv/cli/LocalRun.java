package io.ratiskv.cli;

import io.ratiskv.service.storage.BackupFile;
import io.ratiskv.service.storage.OfflineFolder;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code kv local} does; apart from it, so that other commands load no server. */
final class LocalRun {
  private final Shell shell;

  LocalRun(Shell shell) {
    this.shell = shell;
  }

  /** Looks at one path, and says what there is to say. */
  private interface Look {
    ExitCode at(Path path) throws IOException;
  }

  ExitCode inspect(List<Path> paths) {
    return each(paths, this::inspect);
  }

  ExitCode verify(List<Path> paths) {
    return each(paths, this::verify);
  }

  /** All of them, also after one that is damaged. */
  private ExitCode each(List<Path> paths, Look look) {
    ExitCode worst = ExitCode.DONE;
    for (Path path : paths) {
      ExitCode code;
      try {
        code = look.at(path);
      } catch (IOException e) {
        CommandException failure = LocalFailures.of(path.toString(), e);
        shell.note("error: " + failure.getMessage());
        code = failure.exitCode();
      }
      worst = code.compareTo(worst) > 0 ? code : worst;
    }
    return worst;
  }

  private ExitCode inspect(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      shell.say(path + ": a backup, " + LocalReport.words(BackupFile.check(path)));
      return ExitCode.DONE;
    }
    try (OfflineFolder folder = NewClusterRun.open(path)) {
      OfflineFolder.Contents contents = folder.contents();
      LocalReport.lines(path, folder, contents).forEach(shell::say);
      return code(contents);
    }
  }

  private ExitCode verify(Path path) throws IOException {
    if (Files.isRegularFile(path)) {
      shell.say(path + ": whole, " + LocalReport.words(BackupFile.check(path)));
      return ExitCode.DONE;
    }
    try (OfflineFolder folder = NewClusterRun.open(path)) {
      OfflineFolder.Contents contents = folder.contents();
      if (code(contents) != ExitCode.DONE) {
        LocalReport.lines(path, folder, contents).forEach(shell::say);
        return code(contents);
      }
      SnapshotView state = folder.state();
      shell.say(path + ": whole, " + folder.identity() + ", " + LocalReport.words(state.summary()));
      return ExitCode.DONE;
    }
  }

  private static ExitCode code(OfflineFolder.Contents contents) {
    boolean whole = contents.snapshots().stream().allMatch(snapshot -> snapshot.summary() != null);
    return whole ? ExitCode.DONE : ExitCode.DATA_UNUSABLE;
  }
}
