package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The oracle for the checkers, as plain as can be: it makes every order of a small history, with
 * every choice of the unknown operations, of all keys together, and asks of each whether it agrees
 * with time and with the answers. It shares nothing with the checkers but the records.
 */
final class BruteForce {
  private final List<Operation> operations;
  private final long answered;
  private final List<Operation> order = new ArrayList<>();

  private BruteForce(List<Operation> operations) {
    this.operations = operations;
    this.answered = operations.stream().filter(o -> o.status() == Status.OK).count();
  }

  static boolean isLinearizable(List<Operation> history) {
    List<Operation> operations = history.stream().filter(o -> o.status() != Status.FAIL).toList();
    if (operations.size() > 8) {
      throw new IllegalArgumentException(operations.size() + " operations are too many");
    }
    return new BruteForce(operations).someOrderAgrees();
  }

  private boolean someOrderAgrees() {
    if (!agreesWithTime() || !agreesWithAnswers()) {
      // However it went on, it would not agree.
      return false;
    }
    if (order.stream().filter(o -> o.status() == Status.OK).count() == answered) {
      return true;
    }
    for (Operation operation : operations) {
      if (!order.contains(operation)) {
        order.add(operation);
        if (someOrderAgrees()) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }

  private boolean agreesWithTime() {
    for (int i = 0; i < order.size(); i++) {
      for (int j = i + 1; j < order.size(); j++) {
        Operation later = order.get(j);
        if (later.status() == Status.OK && later.returnNanos() < order.get(i).callNanos()) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean agreesWithAnswers() {
    Map<String, String> store = new HashMap<>();
    for (Operation operation : order) {
      String key = operation.key();
      switch (operation.kind()) {
        case PUT -> store.put(key, operation.input());
        case APPEND -> store.merge(key, operation.input(), String::concat);
        case GET -> {}
      }
      if (operation.status() == Status.OK && !agrees(operation, store)) {
        return false;
      }
    }
    return true;
  }

  private static boolean agrees(Operation operation, Map<String, String> store) {
    String value = store.get(operation.key());
    Output output = operation.output();
    if (operation.kind() == Kind.GET) {
      return output.found() ? output.value().equals(value) : value == null;
    }
    return output.length() == -1
        || output.length() == value.getBytes(StandardCharsets.UTF_8).length;
  }
}
