package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.check.Simulation.Plan;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the general checker says besides yes and no. */
class LinearizabilityCheckerTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void explainsWhatIsWrong() {
    List<Operation> history =
        new Script()
            .put(1, "fine", "x", 0, 10)
            .append(1, "k", "a", 0, 10)
            .append(2, "k", "b", 20, 30)
            .put(3, "k", "later", 35, 90)
            .get(4, "k", "a", 40, 50)
            .operations();
    Verdict verdict = LinearizabilityChecker.check(history);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.NOT_LINEARIZABLE);
    // How far it came, with the value, and all that could have come next.
    assertThat(verdict.explanation())
        .contains("key k: the longest order has 2 of 4 operations")
        .containsSubsequence("#1 client 1 append k \"a\"", "#2 client 2 append k \"b\"")
        .contains("the value is then \"ab\"")
        .contains("#3 client 3 put k \"later\"")
        .contains("before the end of\n    #4 client 4 get k -> \"a\" [40..50 ns]")
        .doesNotContain("fine");
  }

  @Test
  void givesUpAtTheLimitOfStates() {
    Verdict verdict = LinearizabilityChecker.check(hard(12), 1000, LONG);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNKNOWN);
    assertThat(verdict.explanation()).contains("key k").contains("1001 states");
  }

  @Test
  void givesUpAtTheLimitOfTime() {
    Verdict verdict = LinearizabilityChecker.check(hard(12), Long.MAX_VALUE, Duration.ofMillis(1));
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNKNOWN);
    assertThat(verdict.explanation()).contains("PT0.001S");
  }

  @Test
  void givesUpAtTheLimitOfMemory() {
    Verdict verdict = LinearizabilityChecker.check(hard(12), Long.MAX_VALUE, LONG);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.UNKNOWN);
    assertThat(verdict.explanation()).contains("states");
  }

  @Test
  void goesOnAfterAKeyThatItGaveUp() {
    Script script = new Script();
    overlapping(script, 12);
    List<Operation> history = script.put(1, "z", "a", 0, 1).get(1, "z", "b", 2, 3).operations();
    Verdict verdict = LinearizabilityChecker.check(history, 1000, LONG);
    assertThat(verdict.kind()).isEqualTo(Verdict.Kind.NOT_LINEARIZABLE);
    assertThat(verdict.explanation()).contains("key z");
  }

  @Test
  void smallHardHistoriesAreSearchedToTheEnd() {
    assertThat(LinearizabilityChecker.check(hard(6)).kind())
        .isEqualTo(Verdict.Kind.NOT_LINEARIZABLE);
  }

  @Test
  void aSearchCanBeRepeated() {
    List<Operation> history =
        Change.value(
            Simulation.run(Plan.usual(100, 1, false), new SplittableRandom(7)),
            new SplittableRandom(8));
    assertThat(LinearizabilityChecker.check(history))
        .isEqualTo(LinearizabilityChecker.check(history));
  }

  /** Appends in flight all at once, and a value that no order of them gives. */
  private static List<Operation> hard(int appends) {
    Script script = new Script();
    overlapping(script, appends);
    return script.operations();
  }

  private static void overlapping(Script script, int appends) {
    for (int i = 0; i < appends; i++) {
      script.append(i, "k", Token.of(i, 0), 0, 10);
    }
    script.get(0, "k", "none of these", 20, 30);
  }
}
