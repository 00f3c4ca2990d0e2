package io.ratiskv.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
  void oneThatFailsHarmsNoOther() {
    AtomicBoolean broken = new AtomicBoolean(true);
    metrics.gauge("a", "A.", () -> 1);
    metrics.gauge("b", "B.", () -> broken.get() ? thatFails() : 2, "l", "x");
    metrics.gauge("b", "B.", () -> 3, "l", "y");
    metrics.source(
        out -> {
          out.family("half", "gauge", "Half.");
          if (broken.get()) {
            thatFails();
          }
        });
    metrics.source(out -> out.family("c", "gauge", "C."));

    String rest =
        """
        # HELP a A.
        # TYPE a gauge
        a 1
        # HELP b B.
        # TYPE b gauge
        b{l="y"} 3
        # HELP c C.
        # TYPE c gauge
        """;
    assertThat(metrics.text()).isEqualTo(rest);
    assertThat(metrics.text()).isEqualTo(rest);
    assertThat(metrics.leftOut()).isEqualTo(4);
    broken.set(false);
    assertThat(metrics.text()).contains("b{l=\"x\"} 2\n", "# HELP half");
    assertThat(metrics.leftOut()).isEqualTo(4);
  }

  private static double thatFails() {
    throw new IllegalStateException("broken");
  }

  /** Who waits for a value, as for a disk that hangs, holds up no other. */
  @Test
  @Timeout(30)
  void aValueThatIsWaitedForHoldsUpNobody() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch held = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    metrics.gauge(
        "slow",
        "Slow.",
        () -> {
          if (first.getAndSet(false)) {
            asked.countDown();
            await(held);
          }
          return 1;
        });
    CompletableFuture<String> waits = CompletableFuture.supplyAsync(metrics::text);
    asked.await();

    metrics.counter("later_total", "Later.");
    assertThat(metrics.text()).contains("slow 1\n", "later_total 0\n");
    held.countDown();
    assertThat(waits.get()).contains("slow 1\n").doesNotContain("later_total");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void wholeNumbersHaveNoPoint() {
    assertThat(MetricsText.number(1L << 40)).isEqualTo("1099511627776");
    assertThat(MetricsText.number(-1)).isEqualTo("-1");
    assertThat(MetricsText.number(Double.POSITIVE_INFINITY)).isEqualTo("+Inf");
    assertThat(MetricsText.number(Double.NaN)).isEqualTo("NaN");
  }
}
