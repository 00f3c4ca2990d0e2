package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.util.List;
import java.util.stream.Stream;

/**
 * What all servers have to agree on and an operator may change. Part of the replicated state.
 *
 * @param sessionTtlMillis how long the leader lets a session go unheard of before it proposes to
 *     end it
 * @param retiredServers the ids of servers that left the cluster, in ascending order: no server
 *     joins under one of them, since whoever had it may have promised what the new one doesn't know
 */
public record Parameters(long sessionTtlMillis, List<String> retiredServers) {
  static final Parameters DEFAULT = new Parameters(Limits.DEFAULT_SESSION_TTL_MILLIS);

  public Parameters {
    retiredServers = List.copyOf(retiredServers);
  }

  public Parameters(long sessionTtlMillis) {
    this(sessionTtlMillis, List.of());
  }

  /** With what {@code command} changes. */
  Parameters with(Command.SetParameters command) {
    return new Parameters(
        command.sessionTtlMillis() == 0 ? sessionTtlMillis : command.sessionTtlMillis(),
        command.retiredServer().isEmpty()
            ? retiredServers
            : Stream.concat(retiredServers.stream(), Stream.of(command.retiredServer()))
                .sorted()
                .distinct()
                .toList());
  }
}
