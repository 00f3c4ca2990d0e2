package io.ratiskv.statemachine.core;

import java.util.List;

/**
 * What a snapshot holds, in numbers.
 *
 * @param epoch of the cluster
 * @param term of the last entry applied
 * @param index of the last entry applied, whatever its kind
 * @param digest the running digest, with the index of its last entry
 * @param retiredServers the ids of servers that left the cluster
 * @param sessions their number
 * @param keys their number
 * @param bytes of keys and values
 */
public record SnapshotSummary(
    long epoch,
    long term,
    long index,
    KvState.Stamp digest,
    List<String> retiredServers,
    long sessions,
    long keys,
    long bytes) {
  public SnapshotSummary {
    retiredServers = List.copyOf(retiredServers);
  }

  static SnapshotSummary of(SnapshotHeader header, List<String> retired) {
    return new SnapshotSummary(
        header.epoch(),
        header.term(),
        header.index(),
        header.digest(),
        retired,
        header.sessions(),
        header.keys(),
        header.bytes());
  }
}
