package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What looks odd and is allowed. */
class GoodHistoriesTest {
  private static final String A = Token.of(1, 1);
  private static final String B = Token.of(2, 1);

  @Test
  void nothingHappened() {
    assertThat(LinearizabilityChecker.check(List.of())).isEqualTo(Verdict.LINEARIZABLE);
    assertThat(AppendChecker.check(List.of())).isEmpty();
    accepted(new Script().get(1, "k", null, 0, 10));
  }

  @Test
  void oneAfterTheOther() {
    accepted(
        new Script()
            .get(1, "k", null, 0, 10)
            .append(1, "k", A, 20, 30)
            .length(6)
            .version(4)
            .get(2, "k", A, 40, 50)
            .version(4)
            .append(2, "k", B, 60, 70)
            .length(12)
            .version(4)
            .get(1, "k", A + B, 80, 90)
            .version(4));
  }

  @Test
  void appendsThatOverlapStandInEitherOrder() {
    accepted(
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 5, 15)
            .get(1, "k", B, 6, 9)
            .get(1, "k", B + A, 20, 30));
  }

  @Test
  void equalTimesOrderNothing() {
    accepted(
        new Script().append(1, "k", A, 0, 10).append(2, "k", B, 10, 20).get(1, "k", B + A, 21, 30));
  }

  @Test
  void aReadThatOverlapsAnAppendSeesItOrNot() {
    accepted(
        new Script()
            .append(1, "k", A, 0, 100)
            .get(2, "k", null, 10, 20)
            .get(2, "k", A, 30, 40)
            .get(2, "k", A, 200, 210));
  }

  @Test
  void unknownAppendThatNeverHappened() {
    accepted(
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(1, "k", A, 20, 30)
            .get(1, "k", A, 40, 50));
  }

  @Test
  void unknownAppendThatHappenedLongAfterItsClientGaveUp() {
    accepted(
        new Script()
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(1, "k", null, 20, 30)
            .append(1, "k", A, 40, 50)
            .length(6)
            .get(1, "k", A, 60, 70)
            .get(1, "k", A + B, 80, 90));
  }

  @Test
  void failedAppendAndUnknownGetSayNothing() {
    accepted(
        new Script()
            .append(2, "k", B, 0, 10)
            .failed()
            .get(2, "k", null, 0, 10)
            .unknown()
            .append(1, "k", A, 20, 30)
            .get(1, "k", A, 40, 50));
  }

  @Test
  void finalReadsOfSeveralClientsAtOnce() {
    accepted(
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(3, "k", A, 20, 50)
            .get(4, "k", A + B, 20, 40)
            .get(5, "k", A, 20, 30));
  }

  @Test
  void putsReplaceAndAppendsAddToThem() {
    linearizable(
        new Script()
            .append(1, "k", "a", 0, 10)
            .length(1)
            .put(1, "k", "b", 20, 30)
            .append(1, "k", "c", 40, 50)
            .length(2)
            .get(2, "k", "bc", 60, 70)
            .put(1, "k", "", 80, 90)
            .get(2, "k", "", 100, 110));
  }

  @Test
  void unknownPutThatIsSeenOnlyInALength() {
    linearizable(
        new Script()
            .put(1, "k", "abc", 0, 10)
            .unknown()
            .append(2, "k", "d", 20, 30)
            .length(4)
            .put(2, "k", "e", 40, 50)
            .get(2, "k", "e", 60, 70));
  }

  private static void accepted(Script script) {
    assertThat(AppendChecker.checkWithClientOrder(script.operations())).isEmpty();
    linearizable(script);
  }

  private static void linearizable(Script script) {
    List<Operation> history = script.operations();
    assertThat(BruteForce.isLinearizable(history)).as("the oracle on %s", history).isTrue();
    assertThat(LinearizabilityChecker.check(history)).isEqualTo(Verdict.LINEARIZABLE);
  }
}
