package io.ratiskv.statemachine.core;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;

/**
 * The state as it was at one index. Written out by one thread, any, while the state goes on; to be
 * closed, for it keeps what has changed since.
 */
public final class SnapshotView implements AutoCloseable {
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

  @Override
  public void close() {
    store.close();
  }
}
