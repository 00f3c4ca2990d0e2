package io.ratiskv.it.chaos;

import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.chaos.Coverage.Event;
import java.util.HashMap;
import java.util.Map;

/** Asks the servers again and again who leads and what they count, on a thread of its own. */
final class StatusWatch implements AutoCloseable {
  private static final long PERIOD_MILLIS = 150;

  private final ChaosCluster cluster;
  private final Coverage coverage;
  private final Thread thread = new Thread(this::run, "status-watch");

  /** By server: what it had counted when it was last asked. It begins at 0 with each start. */
  private final Map<String, Long> expired = new HashMap<>();

  private long term;
  private String leader = "";
  private volatile boolean over;

  /** When the present leader was found to lead, if it is not the first; guarded by this. */
  private long leaderSinceNanos;

  private boolean awaitsRead;

  StatusWatch(ChaosCluster cluster, Coverage coverage) {
    this.cluster = cluster;
    this.coverage = coverage;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!over) {
      for (String id : cluster.ids()) {
        cluster.status(id).ifPresent(status -> see(id, status));
      }
      Pause.millis(PERIOD_MILLIS);
    }
  }

  private void see(String id, ServerStatus status) {
    if (status.role() == ServerStatus.Role.LEADER) {
      seeLeader(id, status.term());
      // All servers count the same expiries; a leader has proposed those that it counts.
      long more = status.expired() - expired.getOrDefault(id, 0L);
      coverage.add(Event.SESSION_EXPIRED, Math.max(0, more));
    }
    expired.put(id, status.expired());
  }

  private synchronized void seeLeader(String id, long itsTerm) {
    if (itsTerm <= term) {
      return;
    }
    if (!leader.isEmpty() && !leader.equals(id)) {
      coverage.count(Event.LEADER_CHANGE);
      leaderSinceNanos = System.nanoTime();
      awaitsRead = true;
    }
    term = itsTerm;
    leader = id;
  }

  /** A read that was called then has been answered. */
  synchronized void readAnswered(long callNanos) {
    if (awaitsRead && callNanos - leaderSinceNanos > 0) {
      coverage.count(Event.READ_AT_NEW_LEADER);
      awaitsRead = false;
    }
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
