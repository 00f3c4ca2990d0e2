package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.check.Simulation.Plan;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The checkers on histories made by chance, against an atomic store and against an oracle. */
class GeneratedHistoriesTest {
  private int good;
  private int bad;

  @Test
  void whatAnAtomicStoreDidIsAccepted() {
    Seeds.forEach(
        1000,
        random -> {
          List<Operation> mixed = Simulation.run(Plan.usual(200, 4, false), random);
          assertThat(LinearizabilityChecker.check(mixed)).isEqualTo(Verdict.LINEARIZABLE);
          List<Operation> tokens = Simulation.run(Plan.usual(200, 4, true), random);
          assertThat(LinearizabilityChecker.check(tokens)).isEqualTo(Verdict.LINEARIZABLE);
          assertThat(AppendChecker.check(tokens)).isEmpty();
        });
  }

  @Test
  void whatAnAtomicStoreDidIsAcceptedByTheOracle() {
    Seeds.forEach(
        1000,
        random -> {
          assertThat(BruteForce.isLinearizable(Simulation.run(Plan.tiny(false), random))).isTrue();
          assertThat(BruteForce.isLinearizable(Simulation.run(Plan.tiny(true), random))).isTrue();
        });
  }

  @Test
  void aFlippedValueIsRejectedWhereTheOracleRejectsIt() {
    agree(2000, Change::value);
  }

  @Test
  void theCheckersAgreeWithTheOracleOnOneChange() {
    agree(5000, Change::anything);
  }

  @Test
  void theCheckersAgreeWithTheOracleOnManyChanges() {
    agree(
        5000,
        (history, random) ->
            Change.anything(Change.anything(Change.anything(history, random), random), random));
  }

  @Test
  void theCheckersAgreeWithEachOtherOnLargerHistories() {
    Seeds.forEach(
        2000,
        random -> {
          List<Operation> history = Simulation.run(Plan.usual(30, 1, true), random);
          compare(withoutVersions(Change.value(history, random)), false);
        });
    bothHappened(2000);
  }

  private void agree(
      int count, BiFunction<List<Operation>, SplittableRandom, List<Operation>> change) {
    Seeds.forEach(
        count,
        random -> {
          List<Operation> mixed = Simulation.run(Plan.tiny(false), random);
          compareGeneral(change.apply(mixed, random));
          List<Operation> tokens = withoutVersions(Simulation.run(Plan.tiny(true), random));
          compare(change.apply(tokens, random), true);
        });
    bothHappened(2 * count);
  }

  /** Versions have a part in the verdict of one checker only. */
  private static List<Operation> withoutVersions(List<Operation> history) {
    return history.stream()
        .map(
            o ->
                Change.answer(
                    o,
                    o.status(),
                    new Output(
                        o.output().found(),
                        o.output().value(),
                        Output.UNSAID,
                        o.output().length())))
        .toList();
  }

  private void compareGeneral(List<Operation> history) {
    boolean expected = BruteForce.isLinearizable(history);
    assertThat(LinearizabilityChecker.check(history).kind())
        .as("%s", history)
        .isEqualTo(expected ? Verdict.Kind.LINEARIZABLE : Verdict.Kind.NOT_LINEARIZABLE);
    count(expected);
  }

  private void compare(List<Operation> history, boolean small) {
    Verdict verdict = LinearizabilityChecker.check(history);
    List<Violation> violations = AppendChecker.check(history);
    boolean expected =
        small ? BruteForce.isLinearizable(history) : verdict.kind() == Verdict.Kind.LINEARIZABLE;
    assertThat(verdict.kind())
        .as("%s", history)
        .isEqualTo(expected ? Verdict.Kind.LINEARIZABLE : Verdict.Kind.NOT_LINEARIZABLE);
    if (violations.stream().anyMatch(v -> v.kind() == Violation.Kind.NO_FINAL_READ)) {
      return;
    }
    assertThat(violations.isEmpty())
        .as("%s: the history is linearizable: %s; found %s", history, expected, violations)
        .isEqualTo(expected);
    count(expected);
  }

  private void count(boolean linearizable) {
    if (linearizable) {
      good++;
    } else {
      bad++;
    }
  }

  /** Agreement says little where there is but one verdict. */
  private void bothHappened(int histories) {
    if (Long.getLong("seed") == null) {
      assertThat(good).isGreaterThan(histories / 10);
      assertThat(bad).isGreaterThan(histories / 10);
    }
  }
}
