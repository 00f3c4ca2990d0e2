package io.ratiskv.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "dev",
    header = "Runs three servers on this machine, to play with.",
    description = {
      "Needs no settings. Runs until Ctrl-C. The data stays, and is there at the next start; "
          + "remove the folder to begin anew.",
      "The servers listen for clients on 127.0.0.1, ports 7001, 7002 and 7003, and for each other "
          + "on ports 7101, 7102 and 7103. A browser finds the cluster at http://127.0.0.1:7201."
    },
    footer = {
      "",
      "Examples:",
      "  kv dev",
      "  kv dev --processes                  then kill one, and see that nothing is lost"
    })
final class DevCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder for the data; made if it isn't there. Default: ./${DEFAULT-VALUE}.")
  private Path data = Path.of("kv-data");

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The first of the ports for clients. Default: ${DEFAULT-VALUE}.")
  private int port = 7001;

  @Option(
      names = "--processes",
      description =
          "Give each server a process of its own, that can be killed; what it prints goes to"
              + " DIR/ID.log.")
  private boolean processes;

  DevCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new DevRun(shell, new DevLayout(data.toAbsolutePath().normalize(), port))
        .run(processes)
        .number();
  }
}
