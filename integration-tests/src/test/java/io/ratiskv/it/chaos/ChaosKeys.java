package io.ratiskv.it.chaos;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Twenty keys at a time, new ones as soon as one of them has had as many operations as a search for
 * an order can take. To some of them clients only append, so that they can be judged exactly and
 * without a search; to the others they put, too. Any thread may ask.
 */
final class ChaosKeys {
  private static final int KEYS = 20;
  private static final int APPEND_ONLY = 12;
  private static final int MAX_OPERATIONS = 200;
  private static final String APPENDS = "appends-";

  private final Set<String> used = new TreeSet<>();
  private final int[] operations = new int[KEYS];
  private int generation;

  synchronized String any(Random random) {
    return use(random.nextInt(KEYS));
  }

  synchronized String putable(Random random) {
    return use(APPEND_ONLY + random.nextInt(KEYS - APPEND_ONLY));
  }

  private String use(int number) {
    if (++operations[number] > MAX_OPERATIONS) {
      generation++;
      Arrays.fill(operations, 0);
    }
    String key = (number < APPEND_ONLY ? APPENDS : "mixed-") + generation + "-" + number;
    used.add(key);
    return key;
  }

  static boolean isAppendOnly(String key) {
    return key.startsWith(APPENDS);
  }

  /** All that were used so far. */
  synchronized Set<String> used() {
    return new TreeSet<>(used);
  }
}
