package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.time.Duration;
import java.util.List;

/** What {@code kv dev} does; apart from it, so that other commands load no server. */
final class DevRun {
  private final Shell shell;
  private final DevLayout layout;

  DevRun(Shell shell, DevLayout layout) {
    this.shell = shell;
    this.layout = layout;
  }

  ExitCode run(boolean processes) {
    long startNanos = System.nanoTime();
    List<ServerConfig> configs = configs();
    ServerLog.turnUp();
    Servers servers =
        processes ? ChildServers.start(shell, layout) : LocalServers.start(shell, configs);
    try {
      String leader = FirstLeader.await(layout, servers);
      Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
      new DevBanner(shell.kv(), layout, processes)
          .lines(leader, took, servers::remark)
          .forEach(shell::say);
      servers.announceEnds();
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
    return new Foreground(shell, servers).stay();
  }

  private List<ServerConfig> configs() {
    try {
      List<Member> members = layout.members();
      return members.stream().map(member -> config(member, members)).toList();
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--port: " + e.getMessage(), e);
    }
  }

  private ServerConfig config(Member member, List<Member> members) {
    return new ServerConfig(
            DevLayout.CLUSTER,
            member.id(),
            members,
            layout.folder(member),
            SnapshotPolicy.DEFAULT,
            ServiceLimits.DEFAULT)
        .withHttp(layout.http(member));
  }
}
