package io.ratiskv.statemachine.core;

/**
 * Operations that were executed. Not state: counts since the object that counts was made, which on
 * a server is its start, or its last snapshot from the leader.
 *
 * @param puts puts
 * @param appends appends that took effect
 * @param refusedAppends appends that would have made their values too large
 */
public record OperationCounts(long puts, long appends, long refusedAppends) {
  /** How many in all. */
  public long all() {
    return puts + appends + refusedAppends;
  }
}
