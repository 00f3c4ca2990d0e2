package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The text of an id outlives the process. */
class RequestIdTest {
  @Test
  void theTextIsTheFourNumbers() {
    RequestId id = new RequestId(0, 17, 4, 2);
    assertThat(id).hasToString("0-17-4-2");
    assertThat(RequestId.parse("0-17-4-2")).isEqualTo(id);
  }

  @Test
  void epochAndSessionAreUnsigned() {
    RequestId id = new RequestId(-1, -2, Long.MAX_VALUE, 1023);
    assertThat(id)
        .hasToString("18446744073709551615-18446744073709551614-9223372036854775807-1023");
    assertThat(RequestId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0-17-4",
        "0-17-4-2-1",
        "0-17-4-",
        "-17-4-2",
        "0-17--4-2",
        "0-0-4-2",
        "0-17-0-2",
        "0-17-4-1024",
        "0-17-04-2",
        "0-17-4-+2",
        "0-17-4- 2",
        "0-x-4-2",
        "0-18446744073709551616-4-2",
        "٠-17-4-2"
      })
  void anythingElseIsNamed(String wrong) {
    assertThatThrownBy(() -> RequestId.parse(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + wrong + "\"")
        .hasMessageContaining("0-17-4-2");
  }
}
