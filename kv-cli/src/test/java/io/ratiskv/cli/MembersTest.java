package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.service.Member;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MembersTest {
  private static final Member N1 =
      new Member("n1", new Member.Endpoint("h1", 7001), new Member.Endpoint("h1", 7101));
  private static final Member N2 =
      new Member("n2", new Member.Endpoint("h2", 7001), new Member.Endpoint("h2", 7101));

  @Test
  void readsEachServer() {
    assertThat(Members.parse("n1=h1:7001/h1:7101, n2=h2:7001/h2:7101")).containsExactly(N1, N2);
  }

  @Test
  void readsWhatItWrites() {
    assertThat(Members.parse(Members.format(List.of(N1, N2)))).containsExactly(N1, N2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n1",
        "n1=h:1",
        "n1=h:1/",
        "=h:1/h:2",
        "n1=h:1/h:x",
        "n1=h:1/h:70000",
        "n 1=h:1/h:2",
        "n1=h:1/h:2,"
      })
  void saysWhichServerIsWrong(String text) {
    String[] parts = text.split(",", -1);
    assertThatThrownBy(() -> Members.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + parts[parts.length - 1] + "'");
  }
}
