package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "server",
    header = "Runs one server of a cluster.",
    description = {
      "Runs in the foreground until SIGTERM or Ctrl-C, which let what is under way end. A server "
          + "that can't go on says why and ends; it may be started again.",
      "All servers of a new cluster are started with the same --cluster and --servers; it begins "
          + "once all of them are there. After that its members stand in its log."
    },
    footer = {
      "",
      "Example, on the first of three hosts:",
      "  kv server --id n1 --data /var/lib/kv \\",
      "    --servers n1=h1:7001/h1:7101,n2=h2:7001/h2:7101,n3=h3:7001/h3:7101",
      "The same with a file, of which config/ has some that are ready:",
      "  kv server --id n1 --config /etc/ratis-kv/kv.properties"
    })
final class ServerCommand implements Callable<Integer> {
  private final Shell shell;

  @Mixin private ServerOptions options = new ServerOptions();

  @Setting
  @Option(
      names = "--join",
      description =
          "With an empty folder: wait to be added to a cluster that is there ('kv member add'),"
              + " instead of founding one with the others. Needs an id that was never used in it.")
  private boolean joins;

  /** For the child processes of {@code kv dev}, which must not outlive it. */
  @Option(names = "--until-stdin-ends", hidden = true)
  private boolean untilInputEnds;

  ServerCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    if (untilInputEnds) {
      InputEnd.watch(shell);
    }
    return new ServerRun(shell).run(options, joins).number();
  }
}
