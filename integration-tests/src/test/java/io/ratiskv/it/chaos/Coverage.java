package io.ratiskv.it.chaos;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How often the rare things happened that a run is made for: what never happened was not tested.
 * Any thread may count.
 */
final class Coverage {

  /** What has to happen. */
  enum Event {
    LEADER_CHANGE,
    /** A server was started again. */
    RESTART,
    /** A server was sent a snapshot by the leader. */
    SNAPSHOT_INSTALL,
    /** A batch came again and was answered from the session table. */
    DUPLICATE,
    /**
     * A batch that came again, or its fence, was answered from a table that a snapshot had held.
     */
    ANSWER_FROM_SNAPSHOT,
    /** A batch came so late that its answer was gone: it was refused. */
    STALE,
    SESSION_EXPIRED,
    /** A client was told that the outcome of a write is unknown. */
    INDETERMINATE,
    RESOLVED_APPLIED,
    RESOLVED_NEVER,
    /** A new leader answered a read that was called after it was known to lead. */
    READ_AT_NEW_LEADER
  }

  private final Map<Event, AtomicLong> counts = new EnumMap<>(Event.class);

  Coverage() {
    for (Event event : Event.values()) {
      counts.put(event, new AtomicLong());
    }
  }

  void count(Event event) {
    add(event, 1);
  }

  void add(Event event, long times) {
    counts.get(event).addAndGet(times);
  }

  long of(Event event) {
    return counts.get(event).get();
  }

  /** Adds all that another one counted. */
  void addAll(Coverage other) {
    other.counts.forEach((event, count) -> add(event, count.get()));
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
