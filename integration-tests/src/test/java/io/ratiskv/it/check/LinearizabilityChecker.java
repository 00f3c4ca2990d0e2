package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Says whether a history of gets, puts and appends is linearizable: whether each operation could
 * have taken effect in one instant between its call and its return, one after the other, with the
 * answers that were given. Each operation stands for itself, so clients may have several at once.
 *
 * <p>Of the answers it uses what gets read and the lengths that appends were told, and not the
 * versions. It is exact, and takes exponential time at the worst: keep to 200 operations per key,
 * and to 2 % unknown outcomes.
 */
public final class LinearizabilityChecker {
  private static final long MAX_STATES_PER_KEY = 5_000_000;
  private static final Duration MAX_TIME_PER_KEY = Duration.ofSeconds(10);

  private LinearizabilityChecker() {}

  /**
   * Judges each key by itself. The first key that is not linearizable decides; else, the first that
   * is not known.
   */
  public static Verdict check(List<Operation> history) {
    return check(history, MAX_STATES_PER_KEY, MAX_TIME_PER_KEY);
  }

  static Verdict check(List<Operation> history, long maxStatesPerKey, Duration maxTimePerKey) {
    Objects.requireNonNull(history, "history");
    Map<String, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      if (saysSomething(operation)) {
        byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
      }
    }
    Verdict worst = Verdict.LINEARIZABLE;
    for (List<Operation> operations : byKey.values()) {
      Verdict verdict = new KeySearch(operations).run(maxStatesPerKey, maxTimePerKey);
      if (verdict.kind() == Verdict.Kind.NOT_LINEARIZABLE) {
        return verdict;
      }
      worst = worst.kind() == Verdict.Kind.LINEARIZABLE ? verdict : worst;
    }
    return worst;
  }

  /** What failed did nothing, and a get without an answer did nothing that is known. */
  private static boolean saysSomething(Operation operation) {
    return operation.isOk() || (operation.status() == Status.INFO && operation.kind() != Kind.GET);
  }
}
