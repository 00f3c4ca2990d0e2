package io.ratiskv.cli;

import static java.util.Objects.requireNonNull;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.service.storage.BackupFile;
import io.ratiskv.statemachine.core.SnapshotSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** What {@code kv backup} does; apart from it, so that other commands load no server. */
final class BackupRun {
  private final Shell shell;

  BackupRun(Shell shell) {
    this.shell = shell;
  }

  ExitCode run(Path file, ConnectionOptions connection, Duration timeout) {
    try (LeaderCalls leader = new LeaderCalls(connection.endpoints(), timeout, connection.tls())) {
      BackupFile.refuseExisting(file);
      SnapshotSummary summary = leader.ask((admin, endpoint) -> write(file, admin, endpoint));
      shell.say(file + ": " + LocalReport.words(summary));
      return ExitCode.DONE;
    } catch (UncheckedIOException e) {
      throw LocalFailures.of("no backup was made", requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw LocalFailures.of("no backup was made", e);
    } catch (KvException e) {
      // It changes nothing in the cluster, and leaves nothing behind.
      throw new CommandException(ExitCode.NOT_APPLIED, "no backup was made: " + e.getMessage(), e);
    }
  }

  private static SnapshotSummary write(Path file, KvAdmin admin, String endpoint) {
    try {
      return BackupFile.write(file, out -> admin.backup(endpoint, out));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
