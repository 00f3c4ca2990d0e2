package io.ratiskv.it.check;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Runs a test with many seeds, or with the one of -Dseed, and names the seed that fails. */
final class Seeds {

  private Seeds() {}

  static void forEach(int count, Consumer<SplittableRandom> test) {
    Long only = Long.getLong("seed");
    long first = only == null ? new SplittableRandom().nextLong() : only;
    for (int i = 0; i < (only == null ? count : 1); i++) {
      long seed = first + i;
      try {
        test.accept(new SplittableRandom(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("failed; to see it again: -Dseed=" + seed, e);
      }
    }
  }
}
