package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the appends and gets of a key took effect, which the lengths give: an append
 * has the rank 2L - 1 and a get the rank 2L, where L is the value's length just after it. No two
 * appends have the same, and gets of the same rank may stand in any order.
 *
 * <p>So the history is linearizable if and only if no operation returned before one of a lower rank
 * was called.
 */
final class AppendOrder {
  private final Map<String, Integer> ends;
  private final Violations found;

  /** Answered ones, and appends of unknown outcome that took effect. */
  private final List<Operation> operations;

  /**
   * @param all of one key, with answers that agree with its final value
   * @param ends where each token of the final value ends
   */
  AppendOrder(List<Operation> all, Map<String, Integer> ends, Violations found) {
    this.ends = ends;
    this.found = found;
    this.operations =
        all.stream()
            .filter(o -> o.kind() == Kind.GET ? o.isOk() : ends.containsKey(o.input()))
            .toList();
  }

  private int length(Operation operation) {
    return operation.kind() == Kind.GET
        ? operation.output().value().length()
        : ends.get(operation.input());
  }

  private long rank(Operation operation) {
    return 2L * length(operation) - (operation.kind() == Kind.GET ? 0 : 1);
  }

  /** Goes through the calls and returns by time; at equal times calls come first. */
  void checkTime() {
    List<Operation> byCall = new ArrayList<>(operations);
    byCall.sort(Comparator.comparingLong(Operation::callNanos));
    List<Operation> byReturn = new ArrayList<>(operations);
    byReturn.sort(Comparator.comparingLong(Operation::endNanos));
    Operation highest = null;
    int returned = 0;
    for (Operation called : byCall) {
      while (byReturn.get(returned).endNanos() < called.callNanos()) {
        highest = higher(byReturn.get(returned++), highest);
      }
      if (highest != null && rank(highest) > rank(called)) {
        contradiction(highest, called);
      }
    }
  }

  private Operation higher(Operation operation, @Nullable Operation other) {
    return other == null || rank(operation) > rank(other) ? operation : other;
  }

  private void contradiction(Operation returned, Operation called) {
    if (called.kind() == Kind.GET) {
      found.add(
          Violation.Kind.STALE_READ,
          "called after the first had returned, and does not show it",
          returned,
          called);
    } else if (returned.kind() == Kind.GET) {
      found.add(Violation.Kind.FUTURE_READ, "read before the append was called", returned, called);
    } else {
      found.add(
          Violation.Kind.REORDERED,
          "called after the first had returned, and stands before it",
          returned,
          called);
    }
  }

  /** A longer value is never of an older entry, and a value is of one entry. */
  void checkVersions() {
    List<Operation> byRank = new ArrayList<>(operations);
    byRank.removeIf(operation -> operation.output().version() == Output.UNSAID);
    byRank.sort(Comparator.comparingLong(this::rank));
    for (int i = 1; i < byRank.size(); i++) {
      Operation lower = byRank.get(i - 1);
      Operation upper = byRank.get(i);
      long growth = upper.output().version() - lower.output().version();
      if (growth < 0 || (growth > 0 && length(lower) == length(upper))) {
        found.add(
            Violation.Kind.WRONG_VERSION,
            length(lower) == length(upper) ? "two versions of a value" : "versions go down",
            lower,
            upper);
      }
    }
  }

  /** Each client's appends stand in the order of its calls. */
  void checkClients() {
    List<Operation> byNumber = new ArrayList<>(operations);
    byNumber.sort(Comparator.comparingInt(Operation::number));
    Map<Integer, Operation> lastOfClient = new HashMap<>();
    for (Operation append : byNumber) {
      if (append.kind() == Kind.GET) {
        continue;
      }
      Operation before = lastOfClient.put(append.client(), append);
      if (before != null && rank(before) > rank(append)) {
        found.add(
            Violation.Kind.CLIENT_ORDER,
            "the client called the first one before the second",
            before,
            append);
      }
    }
  }
}
