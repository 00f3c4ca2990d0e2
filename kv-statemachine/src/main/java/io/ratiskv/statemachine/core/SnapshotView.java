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
