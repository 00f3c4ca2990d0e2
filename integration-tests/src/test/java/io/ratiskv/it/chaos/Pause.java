package io.ratiskv.it.chaos;

/** Lets time pass, where a run's pace is meant and nothing is waited for. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
