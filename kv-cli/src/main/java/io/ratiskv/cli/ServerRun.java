package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.nio.file.Path;
import java.util.List;

/** What {@code kv server} does; apart from it, so that other commands load no server. */
final class ServerRun {
  private final Shell shell;

  ServerRun(Shell shell) {
    this.shell = shell;
  }

  ExitCode run(
      String cluster, String id, String servers, Path data, long logBytes, long logEntries) {
    ServerConfig config;
    try {
      config =
          new ServerConfig(
              cluster,
              id,
              Members.parse(servers),
              data.toAbsolutePath().normalize(),
              new SnapshotPolicy(logBytes, logEntries),
              ServiceLimits.DEFAULT);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
    ServerLog.turnUp();
    LocalServers server = LocalServers.start(shell, List.of(config));
    shell.say(listening(config));
    return new Foreground(shell, server).stay();
  }

  private static String listening(ServerConfig config) {
    Member self =
        config.members().stream()
            .filter(member -> member.id().equals(config.id()))
            .findAny()
            .orElseThrow();
    return "server "
        + self.id()
        + " of cluster "
        + config.cluster()
        + " listens: clients "
        + self.client()
        + ", servers "
        + self.raft()
        + "; pid "
        + ProcessHandle.current().pid()
        + ", data in "
        + config.data();
  }
}
