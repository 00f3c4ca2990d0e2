package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MixTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "put | put=1",
        "put=50,get=40,append=10 | put=50,get=40,append=10",
        "GET=2, append | get=2,append=1",
        "put=0,get=7 | get=7"
      })
  void reads(String text, String meant) {
    assertThat(Mix.parse(text)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "delete", "put=", "put=-1", "put=x", "put=1000001", "put=1,"})
  void namesThePartThatIsWrong(String text) {
    assertThatThrownBy(() -> Mix.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'");
  }

  @Test
  void refusesAKindTwiceAndNothingAtAll() {
    assertThatThrownBy(() -> Mix.parse("put=1,put=2")).hasMessage("put is there twice");
    assertThatThrownBy(() -> Mix.parse("put=0")).hasMessage("'put=0' leaves nothing to do");
  }

  @Test
  void drawsByWeight() {
    Mix mix = Mix.parse("put=50,get=40,append=10");
    SplittableRandom random = new SplittableRandom(7);
    Map<Kind, Integer> drawn = new EnumMap<>(Kind.class);
    for (int i = 0; i < 100_000; i++) {
      drawn.merge(mix.next(random), 1, Integer::sum);
    }
    assertThat(drawn.get(Kind.PUT)).isBetween(49_000, 51_000);
    assertThat(drawn.get(Kind.GET)).isBetween(39_000, 41_000);
    assertThat(drawn.get(Kind.APPEND)).isBetween(9_000, 11_000);
  }
}
