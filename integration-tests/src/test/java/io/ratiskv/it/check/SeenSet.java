package io.ratiskv.it.check;

/**
 * A set of 128-bit hashes with open addressing. It takes hashes for what they stand for: two of
 * five million things have the same one with a chance of less than one in 10^25.
 */
final class SeenSet {
  private static final int FIRST_CAPACITY = 1 << 8;

  /** Two longs each; two zeros are a free place. */
  private long[] slots = new long[2 * FIRST_CAPACITY];

  private int size;

  /** False if it was there. */
  boolean add(long high, long low) {
    // Nothing hashes to the mark of a free place but by the same small chance.
    long stored = high == 0 && low == 0 ? 1 : low;
    if (!insert(slots, high, stored)) {
      return false;
    }
    size++;
    if (3 * (long) size > slots.length) {
      grow();
    }
    return true;
  }

  int size() {
    return size;
  }

  private static boolean insert(long[] slots, long high, long low) {
    int mask = slots.length - 1;
    int at = (int) (2 * low) & mask;
    while (slots[at] != 0 || slots[at + 1] != 0) {
      if (slots[at] == high && slots[at + 1] == low) {
        return false;
      }
      at = (at + 2) & mask;
    }
    slots[at] = high;
    slots[at + 1] = low;
    return true;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (int at = 0; at < slots.length; at += 2) {
      if (slots[at] != 0 || slots[at + 1] != 0) {
        insert(larger, slots[at], slots[at + 1]);
      }
    }
    slots = larger;
  }
}
