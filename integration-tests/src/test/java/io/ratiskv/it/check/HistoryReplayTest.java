package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.check.Operation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Judges the history that a failed test kept, again: -Dtest=HistoryReplayTest -Dhistory=FILE. */
@EnabledIfSystemProperty(named = "history", matches = ".+")
class HistoryReplayTest {
  private final List<Operation> history = read();

  private static List<Operation> read() {
    try {
      return History.readFrom(Path.of(System.getProperty("history")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void isLinearizable() {
    assertThat(LinearizabilityChecker.check(history)).isEqualTo(Verdict.LINEARIZABLE);
  }

  /** Passes over what is not for this checker: puts, and appends that are no tokens. */
  @Test
  void appendsAreAllThere() {
    if (history.stream().allMatch(o -> o.kind() == Kind.GET || Token.isToken(o.input()))) {
      assertThat(AppendChecker.check(history)).isEmpty();
    }
  }
}
