package io.ratiskv.testkit;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Which servers are cut off from the others. Any thread may ask. */
final class Partition {
  private volatile Set<String> cutOff = Set.of();

  void cutOff(Collection<String> ids) {
    cutOff = Set.copyOf(ids);
  }

  /** Whether requests of one come to the other. */
  boolean connects(String one, String other) {
    Set<String> now = cutOff;
    return now.contains(one) == now.contains(other);
  }

  /** Whether it reaches more than half of all, itself counted. */
  boolean isWithMajority(String id, List<String> all) {
    return 2 * all.stream().filter(other -> connects(id, other)).count() > all.size();
  }
}
