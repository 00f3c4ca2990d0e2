package io.ratiskv.statemachine.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * A cluster in a box: clients, a bad network, leaders that change, servers that crash, three
 * replicas of the real state, and one seed that decides all of it; see {@link SimWorld}.
 *
 * <p>{@code -Dsim.seeds=N} runs more of them; {@code -Dseed=S} runs one and prints all that
 * happened in it.
 */
class SimulationTest {
  private static final int SEEDS = 3_000;
  private static final int LAST_EVENTS = 80;

  /** So few runs needn't have met everything. */
  private static final int SEEDS_FOR_COVERAGE = 2_000;

  @Test
  void whatIsAcknowledgedHappensOnceWhateverFails() {
    Long wanted = Long.getLong("seed");
    if (wanted != null) {
      runWithTrace(wanted);
      return;
    }
    int seeds = Integer.getInteger("sim.seeds", SEEDS);
    SimCoverage coverage = new SimCoverage();
    long begin = System.nanoTime();
    for (long seed = begin; seed < begin + seeds; seed++) {
      run(seed, coverage, seed - begin);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%d seeds in %.1f s, %.0f steps/s%n%s%n",
        seeds, seconds, (double) seeds * SimWorld.STEPS / seconds, coverage);
    if (seeds >= SEEDS_FOR_COVERAGE) {
      assertThat(coverage.missing()).as("what never happened").isEmpty();
    }
  }

  private static void run(long seed, SimCoverage coverage, long before) {
    try {
      new SimWorld(seed, coverage, SimTrace.OFF).run();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      SimTrace trace = SimTrace.ofLast(LAST_EVENTS);
      repeat(seed, trace);
      throw new AssertionError(
          String.format(
              "after %d good runs; to see all of this one: -Dseed=%d%n%s%nthe last events:%n%s",
              before, seed, e, trace),
          e);
    }
  }

  /** Runs it again for its trace; it ends as it did. */
  private static void repeat(long seed, SimTrace trace) {
    try {
      new SimWorld(seed, new SimCoverage(), trace).run();
    } catch (RuntimeException | AssertionError | StackOverflowError e) {
      trace.say(0, e::toString);
    }
  }

  private static void runWithTrace(long seed) {
    SimTrace trace = SimTrace.ofAll();
    try {
      new SimWorld(seed, new SimCoverage(), trace).run();
    } finally {
      System.out.println(trace);
    }
  }
}
