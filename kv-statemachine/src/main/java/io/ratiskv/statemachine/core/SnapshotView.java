package io.ratiskv.statemachine.core;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;

/**
 * The state as it was at one index. Written out by any thread while the state goes on. Holds on to
 * what has changed since, as long as somebody holds on to it.
 */
public final class SnapshotView {
  private final long clusterEpoch;
  private final Parameters parameters;
  private final long term;
  private final long index;
  private final KvState.Stamp digest;
  private final long lastSession;
  private final List<Session> sessions;
  private final StoreView store;

  SnapshotView(
      long clusterEpoch,
      Parameters parameters,
      long term,
      long index,
      KvState.Stamp digest,
      long lastSession,
      List<Session> sessions,
      StoreView store) {
    this.clusterEpoch = clusterEpoch;
    this.parameters = parameters;
    this.term = term;
    this.index = index;
    this.digest = digest;
    this.lastSession = lastSession;
    this.sessions = sessions;
    this.store = store;
  }

  public long term() {
    return term;
  }

  public long index() {
    return index;
  }

  /**
   * The same entries at the same index, in a new life of the cluster: without sessions, whose ids
   * are not used again all the same, and without a memory of servers that left. The digest is
   * another one, so that replicas of two lives are never taken for equal.
   *
   * @param epoch of the new life
   */
  public SnapshotView inEpoch(long epoch) {
    return new SnapshotView(
        epoch,
        new Parameters(parameters.sessionTtlMillis()),
        term,
        index,
        new KvState.Stamp(digest.index(), Digest.inEpoch(digest.digest(), epoch)),
        lastSession,
        List.of(),
        store);
  }

  /** What it holds, in numbers. */
  public SnapshotSummary summary() {
    return SnapshotSummary.of(header(), parameters.retiredServers());
  }

  SnapshotHeader header() {
    return new SnapshotHeader(
        clusterEpoch,
        parameters,
        term,
        index,
        digest,
        lastSession,
        sessions.size(),
        store.keys(),
        store.bytes());
  }

  StoreView store() {
    return store;
  }

  /** In the order of their ids. */
  List<Session> sortedSessions() {
    return sessions.stream().sorted(Comparator.comparingLong(Session::id)).toList();
  }

  /**
   * Writes the snapshot, the same bytes on every replica; see {@link SnapshotFormat}. Doesn't close
   * {@code out}.
   */
  public void writeTo(OutputStream out) throws IOException {
    new SnapshotWriter(out).write(this);
  }
}
