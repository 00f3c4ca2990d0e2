package io.ratiskv.client;

import java.time.Duration;

/**
 * How one server sees the cluster and itself.
 *
 * @param cluster the cluster's name
 * @param server the server's own name
 * @param role what it is in its cluster
 * @param term the Raft term it is in
 * @param leader the leader's name; empty while it knows none
 * @param leaderEndpoint where the leader listens for clients; empty while it isn't known
 * @param commitIndex the last log index that is committed, as far as it knows; -1: none
 * @param appliedIndex the last log index that its state shows; -1: none
 * @param snapshotIndex that of its newest snapshot; -1: none
 * @param keys how many keys there are
 * @param bytes bytes of all keys and values
 * @param sessions how many sessions are open
 * @param digest a running hash of the state, equal on all servers at an equal {@code digestIndex}
 * @param digestIndex the log index of the last entry in the digest; 0: none. It may be lower than
 *     {@code appliedIndex}, since entries of Raft's own are not in it
 * @param duplicates batches that were repeated, and answered from the session table, since the
 *     server started
 * @param logBytes bytes of the Raft log on its disk
 * @param sessionTtl how long a session may go unheard of before it expires
 * @param epoch which life of the cluster this is; a restore from a backup begins another
 * @param expired sessions that expired since the server started
 * @param operations writing operations that the server executed since it started, or was last sent
 *     a snapshot by the leader; every server executes all
 * @param keysRead keys that it read for clients since it started
 * @param uptime how long its process runs
 */
public record ServerStatus(
    String cluster,
    String server,
    Role role,
    long term,
    String leader,
    String leaderEndpoint,
    long commitIndex,
    long appliedIndex,
    long snapshotIndex,
    long keys,
    long bytes,
    long sessions,
    long digest,
    long digestIndex,
    long duplicates,
    long logBytes,
    Duration sessionTtl,
    long epoch,
    long expired,
    long operations,
    long keysRead,
    Duration uptime) {

  /** What a server is in its cluster. */
  public enum Role {
    /** It answers the clients. */
    LEADER,
    /** It follows a leader. */
    FOLLOWER,
    /** It stands for election. */
    CANDIDATE,
    /** It follows and has no vote. */
    LISTENER,
    /** It is starting, or is something that this client doesn't know. */
    UNKNOWN
  }
}
