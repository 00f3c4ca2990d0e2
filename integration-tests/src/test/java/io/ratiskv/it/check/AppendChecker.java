package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Says what is wrong with a history of gets and of appends of {@link Token}s, each token once. It
 * is exact in both directions, and takes n log n time: a value says in which order the appends took
 * effect, so all that is left to see is whether time agrees.
 *
 * <p>Each key needs a final read, a get that was called when all acknowledged operations on the key
 * had returned.
 *
 * <p>What orders the writes of a key is the length of the value just after them, which appends are
 * told, and not the version: a version is an index in the log, and operations that share an entry
 * share it. The versions that answers name must agree with that order.
 */
public final class AppendChecker {

  private AppendChecker() {}

  /**
   * Judges linearizability, lengths and versions.
   *
   * @return what is wrong, by key; for each key twenty at most
   * @throws IllegalArgumentException if there is a put, or an append of anything but a new token
   */
  public static List<Violation> check(List<Operation> history) {
    return check(history, false);
  }

  /**
   * Demands, too, that each client's appends to a key stand in the order of their calls, though
   * they were in flight together. That is meant for clients that one thread calls.
   */
  public static List<Violation> checkWithClientOrder(List<Operation> history) {
    return check(history, true);
  }

  private static List<Violation> check(List<Operation> history, boolean clientOrder) {
    Objects.requireNonNull(history, "history");
    Map<String, Operation> appends = new HashMap<>();
    Map<String, List<Operation>> byKey = new TreeMap<>();
    for (Operation operation : history) {
      if (operation.kind() != Kind.GET) {
        requireNewToken(operation, appends);
      }
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
    }
    List<Violation> all = new ArrayList<>();
    byKey.forEach(
        (key, operations) -> {
          Violations found = new Violations(key);
          new AppendedKey(key, operations, appends, found).check(clientOrder);
          all.addAll(found.list());
        });
    return all;
  }

  private static void requireNewToken(Operation operation, Map<String, Operation> appends) {
    if (operation.kind() == Kind.PUT || !Token.isToken(operation.input())) {
      throw new IllegalArgumentException("not the append of a token: " + operation);
    }
    Operation other = appends.put(operation.input(), operation);
    if (other != null) {
      throw new IllegalArgumentException("the same token: " + operation + " and " + other);
    }
  }
}
