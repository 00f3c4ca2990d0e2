package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user gets wrong is said at the door. */
class BuilderTest {
  @Test
  void endpointsAreHostAndPort() {
    assertThat(Endpoint.parse("kv1.example:7001")).isEqualTo(new Endpoint("kv1.example", 7001));
    assertThat(Endpoint.parse("[::1]:80")).isEqualTo(new Endpoint("::1", 80));
    assertThat(Endpoint.parse("[::1]:80")).hasToString("[::1]:80");
    assertThat(Endpoint.parse("h:65535")).hasToString("h:65535");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "h",
        ":1",
        "h:",
        "h:0",
        "h:65536",
        "h:x",
        "h:-1",
        "h:+1",
        "::1:80",
        "http://h:1",
        "a b:1",
        "h:١"
      })
  void anythingElseIsNamed(String wrong) {
    assertThatThrownBy(() -> KvClient.builder().endpoints(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + wrong + "\"");
  }

  @Test
  void boundsAreChecked() {
    KvClientBuilder builder = KvClient.builder();
    assertThatThrownBy(builder::build).hasMessageContaining("endpoints");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).hasMessageContaining("timeout");
    assertThatThrownBy(() -> builder.closeTimeout(Duration.ofMillis(-1)))
        .hasMessageContaining("closeTimeout");
    assertThatThrownBy(() -> builder.maxPendingOperations(0)).hasMessageContaining("0");
    assertThatThrownBy(() -> builder.maxPendingBytes(1000)).hasMessageContaining("1000");
  }

  @Test
  void aTimeoutMayBeAsLongAsOneLikes() {
    assertThat(KvClientBuilder.positiveNanos(Duration.ofSeconds(Long.MAX_VALUE), "t")).isPositive();
  }
}
