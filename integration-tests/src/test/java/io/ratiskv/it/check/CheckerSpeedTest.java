package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.check.Simulation.Plan;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Reports how long the checkers take; a slow machine is no failure. */
class CheckerSpeedTest {

  @Test
  void hundredThousandOperationsOnTwoHundredKeys(TestReporter reporter) {
    List<Operation> tokens =
        Simulation.run(Plan.usual(100_000, 200, true), new SplittableRandom(1));
    List<Operation> mixed =
        Simulation.run(Plan.usual(100_000, 200, false), new SplittableRandom(2));
    report(reporter, "general, tokens", () -> judge(tokens));
    report(reporter, "general, puts too", () -> judge(mixed));
    report(reporter, "appends", () -> assertThat(AppendChecker.check(tokens)).isEmpty());
  }

  private static void judge(List<Operation> history) {
    assertThat(LinearizabilityChecker.check(history)).isEqualTo(Verdict.LINEARIZABLE);
  }

  private static void report(TestReporter reporter, String what, Runnable check) {
    long start = System.nanoTime();
    check.run();
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    reporter.publishEntry(what, taken.toMillis() + " ms");
  }
}
