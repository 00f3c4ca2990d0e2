package io.ratiskv.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "local",
    header = "Looks at data folders and backups on this machine, without a running server.",
    description = "Changes nothing in them. A folder that a server uses is refused.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  kv local inspect /var/lib/kv",
      "  kv local verify /backups/kv-monday",
      "  kv local fork-cluster --from /var/lib/kv --servers n1=h1:7001/h1:7101 --into /var/lib/kv-new"
    })
final class LocalCommand {
  private final Shell shell;

  LocalCommand(Shell shell) {
    this.shell = shell;
  }

  @Command(
      name = "inspect",
      header = "Shows what is in data folders and backups.",
      description =
          "Of servers whose cluster lost its quorum, the most advanced is the one whose last entry"
              + " has the highest term, and among equals the highest index.")
  int inspect(
      @Parameters(arity = "1..*", paramLabel = "PATH", description = "Data folders, backup files.")
          List<Path> paths) {
    return new LocalRun(shell).inspect(paths).number();
  }

  @Command(
      name = "verify",
      header = "Reads all of it, and says whether it is whole.",
      description =
          "Of a data folder also that its log goes on from a snapshot, and that every entry can be"
              + " applied and gives the digest that the leader had: as much memory is needed as the"
              + " server needs.")
  int verify(
      @Parameters(arity = "1..*", paramLabel = "PATH", description = "Data folders, backup files.")
          List<Path> paths) {
    return new LocalRun(shell).verify(paths).number();
  }

  @Command(
      name = "fork-cluster",
      header = "Makes a new cluster from what survived, once a majority is lost for good.",
      description = {
        "From the most advanced of the folders, all entries in its log included. What only the lost "
            + "servers had is lost, also if it was acknowledged. The folders stay as they are.",
        "The new cluster is a life of its own (an epoch): sessions of before are void, clients that "
            + "had writes in flight are told UNKNOWN, and a server of the old cluster that comes back "
            + "after all has no part in it. It must not be started any more, though: with others of "
            + "its kind it would be the old cluster again."
      })
  int fork(
      @Option(
              names = "--from",
              required = true,
              paramLabel = "DIR",
              description = "The data folder of a survivor, or a copy of it; may be repeated.")
          List<Path> from,
      @Mixin NewClusterOptions options,
      @Option(
              names = "--cluster",
              paramLabel = "NAME",
              description = "The name of the new cluster. Default: the old one.")
          @Nullable String cluster) {
    return new NewClusterRun(shell).fork(from, cluster, options).number();
  }
}
