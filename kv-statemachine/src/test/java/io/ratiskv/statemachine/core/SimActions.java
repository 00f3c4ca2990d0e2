package io.ratiskv.statemachine.core;

import java.util.ArrayList;
import java.util.List;

/** What may happen next, each with its weight. */
final class SimActions {
  private final SimRun run;
  private final List<Runnable> actions = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();
  private int total;

  SimActions(SimRun run) {
    this.run = run;
  }

  SimActions often(int weight, Runnable action) {
    total += weight;
    actions.add(action);
    ends.add(total);
    return this;
  }

  /** With a weight that is another one in each run, so that runs differ in kind. */
  SimActions sometimes(int weight, Runnable action) {
    return often(weight * run.below(4), action);
  }

  void next() {
    int dice = run.below(total);
    int i = 0;
    while (dice >= ends.get(i)) {
      i++;
    }
    actions.get(i).run();
  }
}
