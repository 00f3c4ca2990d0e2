package io.ratiskv.statemachine.core;

import java.lang.ref.Reference;
import java.util.Locale;

/**
 * How much heap the store takes for each key, beyond the bytes of key and value themselves. Not a
 * benchmark of time; prints a table.
 */
public final class MemoryPerKey {
  private static final int KEY_BYTES = Sample.key(0).length;

  private MemoryPerKey() {}

  /** How many keys to put; default: a million. */
  public static void main(String[] arguments) {
    int keys = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    System.out.println("| keys | key bytes | value bytes | heap bytes a key | beyond the data |");
    System.out.println("|---|---|---|---|---|");
    for (int valueBytes : new int[] {16, 128, 1024}) {
      long perKey = heapOf(keys, valueBytes) / keys;
      System.out.printf(
          Locale.ROOT,
          "| %,d | %d | %d | %d | %d |%n",
          keys,
          KEY_BYTES,
          valueBytes,
          perKey,
          perKey - KEY_BYTES - valueBytes);
    }
  }

  private static long heapOf(int keys, int valueBytes) {
    long before = used();
    Store store = new Store();
    for (int key = 0; key < keys; key++) {
      store.put(Bytes.wrap(Sample.key(key)), Bytes.wrap(new byte[valueBytes]), key);
    }
    long after = used();
    Reference.reachabilityFence(store);
    return after - before;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    long used = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
    }
    return used;
  }
}
