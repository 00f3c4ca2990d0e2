package io.ratiskv.it.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The calls and returns of operations in the order of time, as a doubly linked list that operations
 * can be lifted out of and put back into, last out first in; and, in a list of their own, the calls
 * of those of unknown outcome, which have no return.
 *
 * <p>At equal times calls come before returns: that orders fewer operations, and so can't make a
 * false alarm.
 */
final class Timeline {
  /** No operation. */
  static final int NONE = -1;

  private final List<Operation> operations;
  private final int[] next;
  private final int[] previous;

  /** The end before the first event and after the last one. */
  private final int ends;

  /** The same for the calls of unknown outcome. */
  private final int unknownEnds;

  Timeline(List<Operation> operations) {
    this.operations = operations;
    this.ends = 2 * operations.size();
    this.unknownEnds = ends + 1;
    this.next = new int[ends + 2];
    this.previous = new int[ends + 2];
    linkAll(ends, this::isKnown);
    linkAll(unknownEnds, operation -> !isKnown(operation));
  }

  private void linkAll(int end, IntPredicate chosen) {
    List<Integer> events = new ArrayList<>();
    for (int operation = 0; operation < operations.size(); operation++) {
      if (chosen.test(operation)) {
        events.add(callOf(operation));
        if (isKnown(operation)) {
          events.add(returnOf(operation));
        }
      }
    }
    events.sort(
        Comparator.comparingLong(this::nanos)
            .thenComparing(event -> !isCall(event))
            .thenComparing(event -> event));
    int last = end;
    for (int event : events) {
      link(last, event);
      last = event;
    }
    link(last, end);
  }

  private void link(int before, int after) {
    next[before] = after;
    previous[after] = before;
  }

  private boolean isKnown(int operation) {
    return operations.get(operation).isOk();
  }

  private long nanos(int event) {
    Operation operation = operations.get(operation(event));
    return isCall(event) ? operation.callNanos() : operation.endNanos();
  }

  private static int callOf(int operation) {
    return 2 * operation;
  }

  private static int returnOf(int operation) {
    return 2 * operation + 1;
  }

  private static boolean isCall(int event) {
    return event % 2 == 0;
  }

  private static int operation(int event) {
    return event / 2;
  }

  /**
   * The first of the operations that were called before any in the list returned, or {@link #NONE}
   * if all that were answered are lifted.
   */
  int first() {
    return candidate(next[ends]);
  }

  /** The one after it, or {@link #NONE}. Those of unknown outcome come after all others. */
  int next(int operation) {
    int event = next[callOf(operation)];
    return isKnown(operation) ? candidate(event) : unknownCandidate(event);
  }

  private int candidate(int event) {
    if (event == ends) {
      return NONE;
    }
    return isCall(event) ? operation(event) : unknownCandidate(next[unknownEnds]);
  }

  private int unknownCandidate(int event) {
    boolean inTime = event != unknownEnds && nanos(event) <= nanos(firstReturn());
    return inTime ? operation(event) : NONE;
  }

  private int firstReturn() {
    int event = next[ends];
    while (isCall(event)) {
      event = next[event];
    }
    return event;
  }

  /** The operation in the list that returned first. */
  int firstReturned() {
    return operation(firstReturn());
  }

  void lift(int operation) {
    remove(callOf(operation));
    if (isKnown(operation)) {
      remove(returnOf(operation));
    }
  }

  /** Undoes the last lift that was not yet undone, which must be this operation's. */
  void unlift(int operation) {
    if (isKnown(operation)) {
      putBack(returnOf(operation));
    }
    putBack(callOf(operation));
  }

  private void remove(int event) {
    link(previous[event], next[event]);
  }

  /** The event still knows between which two it stood. */
  private void putBack(int event) {
    next[previous[event]] = event;
    previous[next[event]] = event;
  }
}
