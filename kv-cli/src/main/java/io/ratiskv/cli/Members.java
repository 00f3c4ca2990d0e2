package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The servers of a cluster as they stand on the command line. */
final class Members {
  private Members() {}

  /**
   * Reads {@code id=host:port/host:port,...}: for clients, then for the other servers.
   *
   * @throws IllegalArgumentException naming the part that is wrong
   */
  static List<Member> parse(String text) {
    return Arrays.stream(text.split(",", -1)).map(part -> parseOne(part.strip())).toList();
  }

  /** As above, for the command line. */
  static List<Member> parse(String text, String option) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, option + ": " + e.getMessage(), e);
    }
  }

  private static Member parseOne(String text) {
    int equals = text.indexOf('=');
    int slash = text.indexOf('/', equals + 1);
    if (equals < 0 || slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' is not ID=HOST:PORT/HOST:PORT, for clients and for the other servers");
    }
    try {
      return new Member(
          text.substring(0, equals),
          Member.Endpoint.parse(text.substring(equals + 1, slash)),
          Member.Endpoint.parse(text.substring(slash + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("'" + text + "': " + e.getMessage(), e);
    }
  }

  /** What {@link #parse} reads. */
  static String format(List<Member> members) {
    return members.stream()
        .map(member -> member.id() + "=" + member.client() + "/" + member.raft())
        .collect(Collectors.joining(","));
  }
}
