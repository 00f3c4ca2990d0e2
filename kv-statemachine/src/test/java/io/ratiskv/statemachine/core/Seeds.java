package io.ratiskv.statemachine.core;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Random trials that can be had again: each has a seed, a failure names it, and {@code -Dseed=…}
 * runs that one alone.
 */
final class Seeds {
  private Seeds() {}

  /** One trial; all its chance comes from {@code random}. */
  interface Trial {
    void run(RandomGenerator random) throws Exception;
  }

  /**
   * Runs {@code count} trials with seeds that nobody tried before, or the one that is asked for.
   */
  static void each(int count, Trial trial) {
    Long wanted = Long.getLong("seed");
    long first = wanted == null ? System.nanoTime() : wanted;
    int trials = wanted == null ? count : 1;
    for (long seed = first; seed < first + trials; seed++) {
      try {
        trial.run(new SplittableRandom(seed));
      } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("to see it again: -Dseed=" + seed + "\n" + e, e);
      }
    }
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
