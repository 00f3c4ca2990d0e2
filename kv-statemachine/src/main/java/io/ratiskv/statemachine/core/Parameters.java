package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;

/**
 * What all servers have to agree on and an operator may change. Part of the replicated state.
 *
 * @param sessionTtlMillis how long the leader lets a session go unheard of before it proposes to
 *     end it
 */
public record Parameters(long sessionTtlMillis) {
  static final Parameters DEFAULT = new Parameters(Limits.DEFAULT_SESSION_TTL_MILLIS);
}
