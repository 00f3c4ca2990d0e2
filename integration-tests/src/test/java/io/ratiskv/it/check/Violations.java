package io.ratiskv.it.check;

import java.util.ArrayList;
import java.util.List;

/** What was found wrong with a key; when there is much of it, what was found first. */
final class Violations {
  private static final int MAX_PER_KEY = 20;

  private final String key;
  private final List<Violation> list = new ArrayList<>();

  Violations(String key) {
    this.key = key;
  }

  void add(Violation.Kind kind, String what, Operation... operations) {
    if (list.size() < MAX_PER_KEY) {
      list.add(new Violation(kind, key, what, List.of(operations)));
    }
  }

  boolean isEmpty() {
    return list.isEmpty();
  }

  List<Violation> list() {
    return list;
  }
}
