package io.ratiskv.cli;

import io.ratiskv.client.ClusterMembers;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.service.Member;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "member",
    header = "Shows and changes who the servers of a cluster are.",
    description = {
      "Goes to the leader; one change at a time. Each can be repeated, and does no harm then.",
      "A server that lost its data comes back by 'kv rejoin'."
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Examples:",
      "  kv member list",
      "  kv member add n4=h4:7001/h4:7101    after 'kv server --join' on h4",
      "  kv member remove n2",
      "  kv member transfer n3"
    })
final class MemberCommand {
  private final Shell shell;

  MemberCommand(Shell shell) {
    this.shell = shell;
  }

  /** Where to ask, and how long. */
  static final class Options {
    @Mixin private ConnectionOptions connection = new ConnectionOptions();

    @Option(
        names = "--timeout",
        paramLabel = "TIME",
        converter = DurationConverter.class,
        description = "How long it may take, with the catching up of a new server. Default: 60s.")
    private Duration timeout = Duration.ofSeconds(60);
  }

  @Command(name = "list", header = "Shows the members, and the ids that were used.")
  int list(@Mixin Options options) {
    return show(options, KvAdmin::members);
  }

  @Command(
      name = "add",
      header = "Adds a server that runs with --join, and waits until it has caught up and votes.")
  int add(
      @Mixin Options options,
      @Parameters(
              paramLabel = "ID=HOST:PORT/HOST:PORT",
              description = "Its id, where clients and where other servers connect.")
          String member) {
    List<Member> members = Members.parse(member, "the member");
    if (members.size() != 1) {
      throw new CommandException(ExitCode.USAGE, "one member at a time");
    }
    ClusterMembers.Member added = plain(members.get(0));
    return show(options, (admin, leader) -> admin.addMember(leader, added));
  }

  static ClusterMembers.Member plain(Member member) {
    return new ClusterMembers.Member(
        member.id(), member.client().toString(), member.raft().toString());
  }

  @Command(
      name = "remove",
      header = "Removes a server for good: its id is not used again.",
      description =
          "Refused where the members that are left would be no majority, as far as they answered.")
  int remove(
      @Mixin Options options, @Parameters(paramLabel = "ID", description = "Its id.") String id) {
    return show(options, (admin, leader) -> admin.removeMember(leader, id));
  }

  @Command(
      name = "transfer",
      header = "Has another member lead.",
      description = {
        "A leader that is stopped (SIGTERM) hands its office on by itself.",
        "Asks once: while the leader tries, two seconds at most, it takes no writes in."
      })
  int transfer(
      @Mixin Options options,
      @Parameters(paramLabel = "ID", description = "The one that is to lead.") String id) {
    try (LeaderCalls leader =
        new LeaderCalls(
            options.connection.endpoints(), options.timeout, options.connection.tls())) {
      return leader.askOnce(
          (admin, endpoint) -> {
            admin.transferLeadership(endpoint, id);
            shell.say(id + " leads");
            return ExitCode.DONE.number();
          });
    }
  }

  private int show(Options options, BiFunction<KvAdmin, String, ClusterMembers> question) {
    try (LeaderCalls leader =
        new LeaderCalls(
            options.connection.endpoints(), options.timeout, options.connection.tls())) {
      ClusterMembers members = leader.ask(question);
      members
          .members()
          .forEach(
              member ->
                  shell.say(member.id() + "=" + member.endpoint() + "/" + member.raftEndpoint()));
      if (!members.retired().isEmpty()) {
        shell.note("left: " + String.join(", ", members.retired()));
      }
      return ExitCode.DONE.number();
    }
  }
}
