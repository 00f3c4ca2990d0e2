package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    header = "Makes the data folders of a new cluster from a backup.",
    description = {
      "The new cluster has the data of the backup, and nothing that came later. It is a life of its "
          + "own (an epoch): sessions of before are void, clients that had writes in flight are told "
          + "UNKNOWN, and servers of the old cluster have no part in it, also under the same name.",
      "Stop the old servers all the same: clients that still find them would go on there."
    },
    footer = {
      "",
      "Example:",
      "  kv restore /backups/kv-monday --into /var/lib/kv-new \\",
      "    --servers n1=h1:7001/h1:7101,n2=h2:7001/h2:7101,n3=h3:7001/h3:7101"
    })
final class RestoreCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Mixin private NewClusterOptions options = new NewClusterOptions();

  @Setting
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = ServerOptions.CLUSTER,
      description = "The name of the new cluster. Default: ${DEFAULT-VALUE}.")
  private String cluster = ServerOptions.CLUSTER;

  RestoreCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    return new NewClusterRun(shell).restore(file, cluster, options).number();
  }
}
