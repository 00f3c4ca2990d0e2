package io.ratiskv.cli;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "snapshot",
    header = "Has servers take a snapshot.",
    description =
        "Each server of --endpoints in turn; prints the log index of each snapshot once it is on"
            + " disk. Where nothing was written since the last one, that one is named.",
    footer = {"", "Example:", "  kv snapshot --endpoints kv1:7001"})
final class SnapshotCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a server may take. Default: 60s.")
  private Duration timeout = Duration.ofSeconds(60);

  SnapshotCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> servers = connection.endpoints();
    ExitCode worst = ExitCode.DONE;
    try (KvAdmin admin = connection.admin(timeout)) {
      for (String server : servers) {
        ExitCode code = take(admin, server);
        worst = code.compareTo(worst) > 0 ? code : worst;
      }
    }
    return worst.number();
  }

  private ExitCode take(KvAdmin admin, String server) {
    try {
      shell.say(server + ": snapshot at index " + admin.snapshot(server));
      return ExitCode.DONE;
    } catch (KvException e) {
      shell.note("error: " + ErrorReport.text(e));
      return e.outcome() == Outcome.UNKNOWN ? ExitCode.UNKNOWN : ExitCode.NOT_APPLIED;
    }
  }
}
