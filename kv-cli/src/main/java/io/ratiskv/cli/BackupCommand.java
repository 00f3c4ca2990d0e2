package io.ratiskv.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "backup",
    header = "Writes all data of a running cluster to a file.",
    description = {
      "All that was acknowledged before the command began is in it, at one point of the log. The file "
          + "has its name only once it is on disk and was read again and found whole; one that is "
          + "there is not overwritten.",
      "'kv local verify FILE' checks it at any time, 'kv restore' makes a cluster of it."
    },
    footer = {"", "Example:", "  kv backup /backups/kv-monday"})
final class BackupCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long it may take. Default: 10m.")
  private Duration timeout = Duration.ofMinutes(10);

  BackupCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new BackupRun(shell).run(file, connection, timeout).number();
  }
}
