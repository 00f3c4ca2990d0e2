package io.ratiskv.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetricsTest {
  private final Metrics metrics = new Metrics();

  @Test
  void thoseOfAFamilyStandTogether() {
    Counter put = metrics.counter("ops_total", "Operations.", "kind", "put");
    metrics.gauge("depth", "Depth.", () -> 2.5);
    metrics.counter("ops_total", "Operations.", "kind", "get").add(7);
    put.add();

    assertThat(metrics.text())
        .isEqualTo(
            """
            # HELP ops_total Operations.
            # TYPE ops_total counter
            ops_total{kind="put"} 1
            ops_total{kind="get"} 7
            # HELP depth Depth.
            # TYPE depth gauge
            depth 2.5
            """);
  }

  @Test
  void whatWouldBreakALineIsEscaped() {
    metrics.gauge("g", "one\ntwo \\", () -> 1, "l", "a\"b\\c\nd");

    assertThat(metrics.text())
        .isEqualTo("# HELP g one\\ntwo \\\\\n# TYPE g gauge\ng{l=\"a\\\"b\\\\c\\nd\"} 1\n");
  }

  @Test
  void wholeNumbersHaveNoPoint() {
    assertThat(MetricsText.number(1L << 40)).isEqualTo("1099511627776");
    assertThat(MetricsText.number(-1)).isEqualTo("-1");
    assertThat(MetricsText.number(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    assertThat(MetricsText.number(Double.NaN)).isEqualTo("NaN");
  }
}
