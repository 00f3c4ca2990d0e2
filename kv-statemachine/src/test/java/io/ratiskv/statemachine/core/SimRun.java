package io.ratiskv.statemachine.core;

import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * What everything in one simulated run shares: its chance, its time, its trace and the counters.
 * All that happens follows from the seed.
 */
final class SimRun {
  private final SplittableRandom random;
  private final SimCoverage coverage;
  private final SimTrace trace;
  private int step;
  private boolean healed;

  SimRun(long seed, SimCoverage coverage, SimTrace trace) {
    this.random = new SplittableRandom(seed);
    this.coverage = coverage;
    this.trace = trace;
  }

  /** From 0 to {@code bound} - 1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int bound) {
    return random.nextInt(bound) == 0;
  }

  boolean percent(int chance) {
    return random.nextInt(100) < chance;
  }

  /** The only time there is. */
  int step() {
    return step;
  }

  void nextStep() {
    step++;
  }

  /** From here on nothing is lost, late or down. */
  void heal() {
    healed = true;
    say(() -> "everything heals");
  }

  boolean isHealed() {
    return healed;
  }

  void count(SimCoverage.Event event) {
    coverage.count(event);
  }

  void say(Supplier<String> what) {
    trace.say(step, what);
  }

  /** Fails the run unless what must hold does. */
  void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError("step " + step + ": " + otherwise.get());
    }
  }
}
