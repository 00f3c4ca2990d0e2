package io.ratiskv.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "rejoin",
    header = "Brings a server back whose data is damaged or lost.",
    description = {
      "On the machine of that server, while the others run: asks them to remove it, moves its data "
          + "folder aside (nothing is deleted), starts it with an empty one under a new id, has it "
          + "added, and waits until it has caught up and votes. Then it goes on as 'kv server' does.",
      "If it is interrupted, run it again: it goes on where it was."
    },
    footer = {
      "",
      "Example, on the host of n1:",
      "  kv rejoin --id n1 --data /var/lib/kv \\",
      "    --servers n1=h1:7001/h1:7101,n2=h2:7001/h2:7101,n3=h3:7001/h3:7101"
    })
final class RejoinCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ServerOptions options = new ServerOptions();

  @Option(
      names = "--as",
      paramLabel = "ID",
      description =
          "The new id, one that was never used in the cluster. Default: the old one with -2 behind"
              + " it, or with a -N at its end the next number.")
  private @Nullable String newId;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long the cluster may take for each step. Default: 10m.")
  private Duration timeout = Duration.ofMinutes(10);

  RejoinCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new RejoinRun(shell, options, timeout).run(newId).number();
  }
}
