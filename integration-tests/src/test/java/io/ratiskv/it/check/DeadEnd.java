package io.ratiskv.it.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The longest order that a search came to, and why it could not be longer. */
final class DeadEnd {
  private static final int SHOWN = 12;

  private final List<Operation> operations;
  private final Register register;
  private int[] placed = {};
  private int state;

  /** The operations whose turn it could be. */
  private List<Operation> waiting = List.of();

  /** The one of them that was answered first. */
  private int stuck = -1;

  DeadEnd(List<Operation> operations, Register register) {
    this.operations = operations;
    this.register = register;
  }

  /** Keeps the dead end if no other was as far. */
  void note(Timeline timeline, int[] order, int depth, int reached) {
    if (stuck >= 0 && depth <= placed.length) {
      return;
    }
    placed = Arrays.copyOf(order, depth);
    state = reached;
    stuck = timeline.firstReturned();
    waiting = new ArrayList<>();
    for (int one = timeline.first(); one != Timeline.NONE; one = timeline.next(one)) {
      waiting.add(operations.get(one));
    }
  }

  String describe() {
    StringBuilder text = new StringBuilder();
    text.append("key ").append(operations.get(0).key()).append(": the longest order has ");
    text.append(placed.length).append(" of ").append(operations.size()).append(" operations");
    int from = Math.max(0, placed.length - SHOWN);
    text.append(from > 0 ? ", which end with" : "");
    for (int i = from; i < placed.length; i++) {
      text.append("\n    ").append(operations.get(placed[i]));
    }
    text.append("\n  the value is then ").append(register.describe(state));
    text.append("\n  and before the end of\n    ").append(operations.get(stuck));
    text.append("\n  one of these must come next, and from here none leads on");
    for (Operation operation : waiting) {
      text.append("\n    ").append(operation);
    }
    return text.toString();
  }
}
