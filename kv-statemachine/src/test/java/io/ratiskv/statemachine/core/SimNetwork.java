package io.ratiskv.statemachine.core;

import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between clients and servers: loses, duplicates, delays and reorders, in both directions. */
final class SimNetwork {
  private static final int[] REORDER_PERCENT = {0, 0, 10, 50, 100};
  private static final int SHORT_STEPS = 3;
  private static final int LONG_STEPS = 150;

  private final SimRun run;
  private final int lossPercent;
  private final int duplicatePercent;
  private final int latePercent;
  private final int reorderPercent;
  private final List<Flight> flights = new ArrayList<>();

  /** A message under way, not to arrive before a step. */
  private record Flight(SimMessage message, int due) {}

  SimNetwork(SimRun run) {
    this.run = run;
    this.lossPercent = run.below(15);
    this.duplicatePercent = run.below(30);
    this.latePercent = run.below(10);
    this.reorderPercent = REORDER_PERCENT[run.below(REORDER_PERCENT.length)];
  }

  void send(SimMessage message) {
    if (message.client() == SimMessage.NOBODY && !message.isRequest()) {
      return;
    }
    if (!run.isHealed() && run.percent(lossPercent)) {
      run.count(message.isRequest() ? Event.REQUEST_LOST : Event.REPLY_LOST);
      run.say(() -> "lost: " + message);
      return;
    }
    launch(message);
    if (!run.isHealed() && run.percent(duplicatePercent)) {
      run.count(Event.MESSAGE_DUPLICATED);
      launch(message);
    }
  }

  private void launch(SimMessage message) {
    int delay = run.percent(reorderPercent) ? run.below(SHORT_STEPS) : 0;
    if (run.percent(latePercent)) {
      run.count(Event.MESSAGE_VERY_LATE);
      delay = run.below(LONG_STEPS);
    }
    flights.add(new Flight(message, run.step() + delay));
  }

  /** A message that arrives now, the one sent first or any; null if none is found. */
  @Nullable SimMessage arriving() {
    if (flights.isEmpty()) {
      return null;
    }
    int from = run.percent(reorderPercent) ? run.below(flights.size()) : 0;
    for (int at = from; at < flights.size(); at++) {
      if (run.isHealed() || flights.get(at).due() <= run.step()) {
        return flights.remove(at).message();
      }
    }
    return null;
  }

  boolean isEmpty() {
    return flights.isEmpty();
  }
}
