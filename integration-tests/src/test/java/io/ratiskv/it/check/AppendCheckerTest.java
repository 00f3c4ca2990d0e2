package io.ratiskv.it.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What the checker of appends takes and says. */
class AppendCheckerTest {
  private static final String A = Token.of(1, 1);
  private static final String B = Token.of(2, 1);

  @Test
  void namesTheOperationsThatContradictEachOther() {
    List<Operation> history =
        new Script()
            .append(1, "k", A, 0, 10)
            .append(2, "k", B, 20, 30)
            .get(3, "k", A, 40, 50)
            .get(4, "k", A + B, 60, 70)
            .operations();
    assertThat(AppendChecker.check(history))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.key()).isEqualTo("k");
              assertThat(violation.operations()).containsExactly(history.get(1), history.get(2));
              assertThat(violation)
                  .asString()
                  .startsWith("STALE_READ in k: ")
                  .contains("#1 client 2 append k \"[c2:1]\" -> ok [20..30 ns]")
                  .contains("#2 client 3 get k -> \"[c1:1]\" [40..50 ns]");
            });
  }

  @Test
  void reportsEachKey() {
    List<Operation> history =
        new Script()
            .append(1, "k", A, 0, 10)
            .append(1, "l", B, 0, 10)
            .get(2, "k", null, 20, 30)
            .get(2, "l", B + B, 20, 30)
            .operations();
    assertThat(AppendChecker.check(history))
        .extracting(Violation::key, Violation::kind)
        .containsExactly(tuple("k", Violation.Kind.LOST), tuple("l", Violation.Kind.DOUBLED));
  }

  @Test
  void reportsTwentyViolationsOfAKeyAtMost() {
    Script script = new Script();
    for (int i = 0; i < 100; i++) {
      script.append(i, "k", Token.of(i, 0), 0, 10);
    }
    script.get(1, "k", null, 20, 30);
    assertThat(AppendChecker.check(script.operations())).hasSize(20);
  }

  @Test
  void refusesWhatItCannotJudge() {
    Script put = new Script().put(1, "k", A, 0, 10);
    assertThatIllegalArgumentException().isThrownBy(() -> AppendChecker.check(put.operations()));
    Script other = new Script().append(1, "k", "x", 0, 10);
    assertThatIllegalArgumentException().isThrownBy(() -> AppendChecker.check(other.operations()));
    Script twice = new Script().append(1, "k", A, 0, 10).append(2, "l", A, 0, 10);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AppendChecker.check(twice.operations()))
        .withMessageContaining("the same token");
  }

  @Test
  void tokensHaveOneForm() {
    assertThat(Token.of(3, 17)).isEqualTo("[c3:17]");
    assertThat(Token.isToken("[c3:17]")).isTrue();
    assertThat(List.of("", "[c3:17", "[c3:17]]", "[c:17]", "[c3:]", "c3:17]", "[c3:17][c3:18]"))
        .noneMatch(Token::isToken);
    assertThat(Token.split("")).isEmpty();
    assertThat(Token.split("[c3:17][c3:18]")).containsExactly("[c3:17]", "[c3:18]");
    assertThat(Token.split("[c3:17]?[c3:18]")).containsExactly("[c3:17]", "?[c3:18]");
  }
}
