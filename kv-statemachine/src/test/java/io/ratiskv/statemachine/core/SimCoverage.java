package io.ratiskv.statemachine.core;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** How often that happened which the simulation is there for. */
final class SimCoverage {
  /** What has to happen sometimes. */
  enum Event {
    BATCH_APPLIED,
    DUPLICATE,
    DUPLICATE_TO_LATER_TERM,
    DUPLICATE_AFTER_RESTART_FROM_SNAPSHOT,
    DUPLICATE_AFTER_INSTALL,
    DUPLICATE_AFTER_INSTALL_ON_LEADER,
    DUPLICATE_IN_SAME_ENTRY,
    STALE,
    OUT_OF_ORDER,
    BATCH_WINDOW_EXCEEDED,
    WINDOW_FULL,
    SEQUENCE_REUSED,
    DENIED,
    FENCE_BEFORE_BATCH,
    FENCE_AFTER_BATCH,
    FENCE_TWICE,
    FENCE_OUT_OF_ORDER,
    FENCED_BATCH_REFUSED,
    FENCED_AFTER_RESTORE,
    SESSION_REOPENED,
    SESSION_REOPENED_AS_ANOTHER,
    SESSION_CLOSED,
    SESSION_EXPIRED,
    EXPIRY_BEFORE_WRITE,
    WRITE_BEFORE_EXPIRY,
    OPEN_BEFORE_EXPIRY,
    BATCHES_IN_FLIGHT_LOST,
    TWO_PROCESSES_ON_ONE_SESSION,
    ENTRY_OF_SEVERAL_CLIENTS,
    ENTRY_OF_SEVERAL_OPENS,
    ENTRY_OF_BATCH_AND_FENCE,
    BARRIER,
    PARAMETERS_CHANGED,
    LEADER_CHANGE,
    SUFFIX_LOST,
    SUFFIX_INHERITED,
    LEADER_NOT_READY,
    OLD_LEADER_ANSWERS,
    OLD_LEADER_GIVES_UP,
    CRASH,
    CRASH_WITH_ENTRIES_TO_APPLY,
    CRASH_DURING_SNAPSHOT,
    RESTART_FROM_SNAPSHOT,
    RESTART_FROM_NOTHING,
    SNAPSHOT_INSTALLED,
    SNAPSHOT_WRITTEN_LATE,
    SNAPSHOT_ON_RAFTS_OWN_ENTRY,
    SNAPSHOT_SEEN_TWICE,
    REQUEST_LOST,
    REPLY_LOST,
    MESSAGE_DUPLICATED,
    MESSAGE_VERY_LATE,
    REPLY_TO_WHAT_IS_SETTLED,
  }

  private final Map<Event, AtomicLong> counts = new EnumMap<>(Event.class);

  SimCoverage() {
    for (Event event : Event.values()) {
      counts.put(event, new AtomicLong());
    }
  }

  void count(Event event) {
    counts.get(event).incrementAndGet();
  }

  /** What never happened. */
  List<Event> missing() {
    return counts.keySet().stream().filter(event -> counts.get(event).get() == 0).toList();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
