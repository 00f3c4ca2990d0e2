package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.RaftSettings;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.service.storage.BackupFile;
import io.ratiskv.service.storage.DataFolder;
import io.ratiskv.service.storage.NewCluster;
import io.ratiskv.service.storage.OfflineFolder;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kv restore} and {@code kv local fork-cluster} do; apart from them, so that other
 * commands load no server.
 */
final class NewClusterRun {
  private final Shell shell;

  NewClusterRun(Shell shell) {
    this.shell = shell;
  }

  ExitCode restore(Path backup, String cluster, NewClusterOptions options) {
    try {
      check(cluster, options);
      SnapshotReader.Loaded loaded = BackupFile.load(backup);
      make(loaded.state().view(loaded.term(), loaded.index()), cluster, options);
      return ExitCode.DONE;
    } catch (IOException e) {
      throw LocalFailures.of("nothing was restored", e);
    }
  }

  /** What one survivor has, and how far it got. */
  private record Survivor(
      Path folder, DataFolder.Identity identity, long epoch, long term, long index) {
    boolean isAhead(Survivor other) {
      return term > other.term || (term == other.term && index > other.index);
    }
  }

  ExitCode fork(List<Path> folders, @Nullable String clusterName, NewClusterOptions options) {
    try {
      Survivor best = mostAdvanced(folders);
      String cluster = clusterName == null ? best.identity().cluster() : clusterName;
      check(cluster, options);
      try (OfflineFolder folder = open(best.folder())) {
        make(folder.state(), cluster, options);
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      throw LocalFailures.of("no cluster was made", e);
    }
  }

  private Survivor mostAdvanced(List<Path> folders) throws IOException {
    List<Survivor> survivors = new ArrayList<>();
    for (Path path : folders) {
      try (OfflineFolder folder = open(path)) {
        OfflineFolder.Contents contents = folder.contents();
        survivors.add(
            new Survivor(
                path,
                folder.identity(),
                folder.life().epoch(),
                contents.lastTerm(),
                contents.lastIndex()));
      }
    }
    Survivor best = survivors.get(0);
    for (Survivor survivor : survivors) {
      if (!survivor.identity().cluster().equals(best.identity().cluster())
          || survivor.epoch() != best.epoch()) {
        throw new CommandException(
            ExitCode.USAGE,
            best.folder() + " and " + survivor.folder() + " are not of one cluster and epoch");
      }
      best = survivor.isAhead(best) ? survivor : best;
    }
    for (Survivor survivor : survivors) {
      shell.say(
          survivor.folder()
              + ": last entry of term "
              + survivor.term()
              + ", index "
              + survivor.index()
              + (survivor.equals(best) && best.index() >= 0 ? "; taken" : ""));
    }
    if (best.index() < 0) {
      throw new CommandException(
          ExitCode.DATA_UNUSABLE,
          "no cluster was made: there is neither a snapshot nor a log in what was named");
    }
    return best;
  }

  static OfflineFolder open(Path folder) throws IOException {
    return OfflineFolder.open(folder, RaftSettings.MAX_LOG_ENTRY_BYTES);
  }

  /** Before the data is read, which may take long. */
  private static void check(String cluster, NewClusterOptions options) throws IOException {
    List<Member> members = Members.parse(options.servers, "--servers");
    try {
      // As the servers will be started.
      var unused = config(cluster, members, members.get(0), options);
      members.forEach(member -> new DataFolder.Identity(cluster, member.id()));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    NewCluster.refuseUsed(options.into);
  }

  private static ServerConfig config(
      String cluster, List<Member> members, Member self, NewClusterOptions options) {
    return new ServerConfig(
        cluster,
        self.id(),
        members,
        options.into.toAbsolutePath().normalize().resolve(self.id()),
        SnapshotPolicy.DEFAULT,
        ServiceLimits.DEFAULT);
  }

  private void make(SnapshotView state, String cluster, NewClusterOptions options)
      throws IOException {
    List<Member> members = Members.parse(options.servers, "--servers");
    NewCluster made =
        new NewCluster(
            cluster,
            members.stream()
                .map(
                    member ->
                        new NewCluster.Peer(
                            member.id(), member.client().toString(), member.raft().toString()))
                .toList());
    made.make(state, options.into);
    shell.say(
        "cluster "
            + cluster
            + " begins its epoch "
            + made.epoch()
            + " with all up to term "
            + state.term()
            + ", index "
            + state.index()
            + ". Sessions of before are void.");
    shell.say(
        "Bring each folder to its host, and start the servers, with their certificates if they have"
            + " any; a majority will do:");
    for (Member member : members) {
      ServerConfig config = config(cluster, members, member, options);
      shell.say("  " + ShellWords.join(ServerOptions.words(shell.kv(), "server", config)));
    }
  }
}
