package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.util.List;

/** What {@code kv server} does; apart from it, so that other commands load no server. */
final class ServerRun {
  private final Shell shell;

  ServerRun(Shell shell) {
    this.shell = shell;
  }

  ExitCode run(ServerOptions options, boolean joins) {
    ServerLog.turnUp();
    options.requireAll();
    if (options.logJson) {
      ServerLog.useJson();
    }
    ServerConfig config =
        config(options, options.id, Members.parse(options.servers, "--servers"), joins);
    if (joins && config.members().size() == 1) {
      throw new CommandException(
          ExitCode.USAGE,
          "--join: --servers names this server alone; it needs those of the cluster as well");
    }
    Servers server = start(config);
    return new Foreground(shell, server).stay();
  }

  /** Starts the server, and says so when it listens. */
  LocalServers start(ServerConfig config) {
    ServerLog.turnUp();
    LocalServers server = LocalServers.start(shell, List.of(config));
    shell.say(listening(config));
    return server;
  }

  static ServerConfig config(
      ServerOptions options, String id, List<Member> members, boolean joins) {
    try {
      ServerConfig config =
          new ServerConfig(
                  options.cluster,
                  id,
                  members,
                  joins,
                  options.data.toAbsolutePath().normalize(),
                  new SnapshotPolicy(options.snapshotLogBytes, options.snapshotEntries),
                  ServiceLimits.DEFAULT)
              .with(options.security.config());
      return options.http == null ? config : config.withHttp(Member.Endpoint.parse(options.http));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
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
        + (config.http() == null ? "" : ", HTTP " + config.http())
        + "; pid "
        + ProcessHandle.current().pid()
        + ", data in "
        + config.data();
  }
}
