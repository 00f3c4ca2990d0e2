package io.ratiskv.cli;

import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.storage.DataFolder;
import io.ratiskv.service.storage.DataFolderException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code kv rejoin} does; apart from it, so that other commands load no server. Each step
 * finds out whether it was done before, so that the whole can be repeated after any end.
 */
final class RejoinRun {
  private static final Pattern NUMBERED = Pattern.compile("(.*)-(\\d{1,9})");

  private final Shell shell;
  private final ServerOptions options;
  private final Duration timeout;

  RejoinRun(Shell shell, ServerOptions options, Duration timeout) {
    this.shell = shell;
    this.options = options;
    this.timeout = timeout;
  }

  ExitCode run(@Nullable String chosenId) {
    ServerLog.turnUp();
    options.requireAll();
    List<Member> members = Members.parse(options.servers, "--servers");
    Member old = ServerRun.config(options, options.id, members, true).self();
    Member self =
        new Member(chosenId == null ? next(old.id()) : chosenId, old.client(), old.raft());
    ServerConfig config =
        ServerRun.config(
            options,
            self.id(),
            members.stream().map(member -> member.equals(old) ? self : member).toList(),
            true);
    List<String> others =
        members.stream()
            .filter(member -> !member.equals(old))
            .map(member -> member.client().toString())
            .toList();
    try (LeaderCalls leader = new LeaderCalls(others, timeout, options.security.asking())) {
      makeRoom(leader, config, old.id());
      LocalServers server = new ServerRun(shell).start(config);
      try {
        join(leader, self);
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
      shell.say(
          self.id()
              + " is a member, and has caught up. From now on it is started with:\n  "
              + ShellWords.join(ServerOptions.words(shell.kv(), "server", config)));
      return new Foreground(shell, server).stay();
    }
  }

  /** In this order: a folder is moved only once nobody counts on what is in it. */
  private void makeRoom(LeaderCalls leader, ServerConfig config, String oldId) {
    try {
      DataFolder.checkUnused(config.data());
      leader.ask((admin, endpoint) -> admin.removeMember(endpoint, oldId));
      shell.say(oldId + " is no member any more");
      DataFolder.setAside(
              config.data(),
              new DataFolder.Identity(config.cluster(), oldId),
              new DataFolder.Identity(config.cluster(), config.id()))
          .ifPresent(aside -> shell.say("its data is in " + aside + " now"));
    } catch (DataFolderException e) {
      throw new CommandException(
          ExitCode.DATA_UNUSABLE, oldId + " can't rejoin: " + e.getMessage(), e);
    }
  }

  private void join(LeaderCalls leader, Member self) {
    leader.ask((admin, endpoint) -> admin.addMember(endpoint, MemberCommand.plain(self)));
  }

  /** n1, n1-2, n1-3, ... */
  static String next(String id) {
    Matcher numbered = NUMBERED.matcher(id);
    return numbered.matches()
        ? numbered.group(1) + "-" + (Integer.parseInt(numbered.group(2)) + 1)
        : id + "-2";
  }
}
