package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The cluster of {@code kv dev}.
 *
 * @param data the folder with everything, absolute
 * @param port where the first server listens for clients; the others follow, their ports for each
 *     other are {@value #RAFT_PORTS_ABOVE} above, and those for browsers {@value #HTTP_PORTS_ABOVE}
 * @param servers how many there are
 */
record DevLayout(Path data, int port, int servers) {
  static final String CLUSTER = "dev";
  private static final int SERVERS = 3;
  private static final int RAFT_PORTS_ABOVE = 100;
  private static final int HTTP_PORTS_ABOVE = 200;
  private static final String HOST = "127.0.0.1";

  /** Three servers. */
  DevLayout(Path data, int port) {
    this(data, port, SERVERS);
  }

  /**
   * @throws IllegalArgumentException if there are no such ports
   */
  List<Member> members() {
    return IntStream.range(0, servers).mapToObj(this::member).toList();
  }

  private Member member(int i) {
    return new Member(
        "n" + (i + 1),
        new Member.Endpoint(HOST, port + i),
        new Member.Endpoint(HOST, port + i + RAFT_PORTS_ABOVE));
  }

  /** Where a server shows the cluster to a browser. */
  Member.Endpoint http(Member member) {
    return new Member.Endpoint(HOST, member.client().port() + HTTP_PORTS_ABOVE);
  }

  List<String> endpoints() {
    return members().stream().map(member -> member.client().toString()).toList();
  }

  /** The data folder of a server. */
  Path folder(Member member) {
    return data.resolve(member.id());
  }

  /** What a server in a process of its own prints. */
  Path log(Member member) {
    return data.resolve(member.id() + ".log");
  }
}
