package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ten things that a store may get wrong, and some more: each is found, and called by its name. */
class BadHistoriesTest {
  private static final String A = Token.of(1, 1);
  private static final String B = Token.of(2, 1);
  private static final String C = Token.of(3, 1);

  @Test
  void staleRead() {
    rejected(
        Violation.Kind.STALE_READ,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 20, 30)
            .get(3, "k", A, 40, 50)
            .get(3, "k", A + B, 60, 70));
  }

  @Test
  void readOlderThanAnotherClientsRead() {
    rejected(
        Violation.Kind.STALE_READ,
        new Script()
            .append(1, "k", A, 0, 100)
            .get(2, "k", A, 10, 20)
            .get(3, "k", null, 30, 40)
            .get(3, "k", A, 200, 210));
  }

  @Test
  void lostAppend() {
    rejected(
        Violation.Kind.LOST,
        new Script().append(1, "k", A, 0, 10).append(2, "k", B, 20, 30).get(3, "k", A, 40, 50));
  }

  @Test
  void unknownAppendThatWasReadAndIsLost() {
    rejected(
        Violation.Kind.LOST,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(3, "k", A + B, 20, 30)
            .append(3, "k", C, 40, 50)
            .get(3, "k", A + C, 60, 70));
  }

  @Test
  void unknownAppendThatWasReadAndThenWasNot() {
    rejected(
        Violation.Kind.STALE_READ,
        new Script()
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(3, "k", B, 20, 30)
            .get(3, "k", null, 40, 50));
  }

  @Test
  void doubleAppend() {
    rejected(
        Violation.Kind.DOUBLED, new Script().append(1, "k", A, 0, 10).get(2, "k", A + A, 20, 30));
  }

  @Test
  void reorderedAppends() {
    rejected(
        Violation.Kind.REORDERED,
        new Script().append(1, "k", A, 0, 10).append(2, "k", B, 20, 30).get(3, "k", B + A, 40, 50));
  }

  @Test
  void readsThatDisagreeOnTheOrder() {
    rejected(
        Violation.Kind.READ_REORDERED,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .get(3, "k", A + B, 20, 30)
            .get(3, "k", B + A, 40, 50));
  }

  @Test
  void readOfAFailedOperation() {
    rejected(
        Violation.Kind.FAILED_APPLIED,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .failed()
            .get(3, "k", A + B, 20, 30));
  }

  @Test
  void valueFromNowhere() {
    rejected(
        Violation.Kind.FROM_NOWHERE,
        new Script().append(1, "k", A, 0, 10).get(2, "k", A + C, 20, 30));
    rejected(
        Violation.Kind.FROM_NOWHERE,
        new Script().append(1, "k", A, 0, 10).get(2, "k", A + "[c", 20, 30));
    rejected(Violation.Kind.FROM_NOWHERE, new Script().get(1, "k", "", 0, 10));
  }

  @Test
  void nonPrefixRead() {
    rejected(
        Violation.Kind.NON_PREFIX_READ,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .append(3, "k", C, 0, 10)
            .get(4, "k", A + C, 5, 15)
            .get(4, "k", A + B + C, 20, 30));
  }

  @Test
  void futureRead() {
    rejected(
        Violation.Kind.FUTURE_READ,
        new Script().get(2, "k", A, 0, 10).append(1, "k", A, 20, 30).get(2, "k", A, 40, 50));
  }

  @Test
  void futureReadOfAnUnknownAppend() {
    rejected(
        Violation.Kind.FUTURE_READ,
        new Script()
            .get(2, "k", A, 0, 10)
            .append(1, "k", A, 20, 30)
            .unknown()
            .get(2, "k", A, 40, 50));
  }

  @Test
  void keysMixedUp() {
    rejected(
        Violation.Kind.OTHER_KEY,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "l", B, 0, 10)
            .get(3, "k", B, 20, 30)
            .get(3, "l", A, 20, 30));
  }

  @Test
  void wrongLength() {
    rejected(
        Violation.Kind.WRONG_LENGTH,
        new Script()
            .append(1, "k", A, 0, 10)
            .length(6)
            .append(2, "k", B, 0, 10)
            .length(6)
            .get(3, "k", A + B, 20, 30));
  }

  @Test
  void getBeforeThePutIsVisible() {
    rejected(new Script().put(1, "k", "a", 0, 10).get(2, "k", null, 20, 30));
    rejected(
        new Script().put(1, "k", "a", 0, 10).put(1, "k", "b", 20, 30).get(2, "k", "a", 40, 50));
  }

  @Test
  void otherWrongPuts() {
    // A put that failed was read.
    rejected(new Script().put(1, "k", "a", 0, 10).failed().get(2, "k", "a", 20, 30));
    // A value was read before it was put.
    rejected(new Script().get(2, "k", "a", 0, 10).put(1, "k", "a", 20, 30));
    // An older value came back.
    rejected(
        new Script()
            .put(1, "k", "a", 0, 10)
            .put(1, "k", "b", 20, 30)
            .unknown()
            .get(2, "k", "b", 40, 50)
            .get(2, "k", "a", 60, 70));
    // A put did not replace the value.
    rejected(
        new Script().append(1, "k", "a", 0, 10).put(1, "k", "b", 20, 30).get(2, "k", "ab", 40, 50));
    // Two keys were mixed up.
    rejected(new Script().put(1, "k", "a", 0, 10).put(1, "l", "b", 0, 10).get(2, "k", "b", 20, 30));
    // An empty value is not the same as none.
    rejected(new Script().put(1, "k", "", 0, 10).get(2, "k", null, 20, 30));
  }

  @Test
  void wrongVersions() {
    // No matter of linearizability: the general checker has no use for versions.
    named(
        Violation.Kind.WRONG_VERSION,
        new Script()
            .append(1, "k", A, 0, 10)
            .version(8)
            .append(2, "k", B, 20, 30)
            .version(7)
            .get(3, "k", A + B, 40, 50));
    named(
        Violation.Kind.WRONG_VERSION,
        new Script().append(1, "k", A, 0, 10).version(7).get(3, "k", A, 40, 50).version(8));
  }

  @Test
  void appendsOfAClientInAnotherOrderThanItsCalls() {
    String second = Token.of(1, 2);
    List<Operation> history =
        new Script()
            .append(1, "k", A, 0, 10)
            .append(1, "k", second, 5, 15)
            .get(2, "k", second + A, 20, 30)
            .operations();
    assertThat(AppendChecker.check(history)).isEmpty();
    assertThat(AppendChecker.checkWithClientOrder(history))
        .extracting(Violation::kind)
        .containsExactly(Violation.Kind.CLIENT_ORDER);
  }

  @Test
  void noFinalRead() {
    named(Violation.Kind.NO_FINAL_READ, new Script().append(1, "k", A, 0, 10));
    named(
        Violation.Kind.NO_FINAL_READ, new Script().append(1, "k", A, 0, 10).get(2, "k", A, 10, 20));
    named(
        Violation.Kind.NO_FINAL_READ,
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 0, 10)
            .unknown()
            .get(3, "k", A + B, 10, 90)
            .get(2, "k", A, 20, 30));
  }

  private static void rejected(Violation.Kind kind, Script script) {
    named(kind, script);
    rejected(script);
  }

  private static void named(Violation.Kind kind, Script script) {
    assertThat(AppendChecker.check(script.operations())).extracting(Violation::kind).contains(kind);
  }

  private static void rejected(Script script) {
    List<Operation> history = script.operations();
    assertThat(BruteForce.isLinearizable(history)).as("the oracle on %s", history).isFalse();
    assertThat(LinearizabilityChecker.check(history).kind())
        .as("%s", history)
        .isEqualTo(Verdict.Kind.NOT_LINEARIZABLE);
  }
}
