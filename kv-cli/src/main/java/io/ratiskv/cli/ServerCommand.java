package io.ratiskv.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "server",
    header = "Runs one server of a cluster.",
    description = {
      "Runs in the foreground until SIGTERM or Ctrl-C, which let what is under way end. A server "
          + "that can't go on says why and ends; it may be started again.",
      "All servers of a cluster are started with the same --cluster and --servers."
    },
    footer = {
      "",
      "Example, on the first of three hosts:",
      "  kv server --id n1 --data /var/lib/kv \\",
      "    --servers n1=h1:7001/h1:7101,n2=h2:7001/h2:7101,n3=h3:7001/h3:7101"
    })
final class ServerCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "Which of --servers this is.")
  private String id = "";

  @Option(
      names = "--servers",
      required = true,
      paramLabel = "ID=HOST:PORT/HOST:PORT,...",
      description = "All servers of the cluster: where clients and where other servers connect.")
  private String servers = "";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder for all that this server keeps; made if it isn't there.")
  private Path data = Path.of("");

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Servers and folders of another are refused. Default: ${DEFAULT-VALUE}.")
  private String cluster = "kv";

  @Option(
      names = "--snapshot-log-bytes",
      paramLabel = "BYTES",
      description =
          "Take a snapshot after so many bytes of log; -1: not by bytes. Default:"
              + " ${DEFAULT-VALUE}.")
  private long snapshotLogBytes = 256L << 20;

  @Option(
      names = "--snapshot-entries",
      paramLabel = "NUMBER",
      description =
          "Take a snapshot after so many log entries; -1: not by number. Default:"
              + " ${DEFAULT-VALUE}.")
  private long snapshotEntries = 1_000_000;

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
    return new ServerRun(shell)
        .run(cluster, id, servers, data, snapshotLogBytes, snapshotEntries)
        .number();
  }
}
