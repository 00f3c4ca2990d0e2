package io.ratiskv.it.chaos;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Lets time pass: for a run's pace, or until a fault can be seen to work. */
final class Pause {
  private Pause() {}

  /** Waits until it is so; returns whether it was within so long. */
  static boolean until(Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      millis(20);
    }
    return true;
  }

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
