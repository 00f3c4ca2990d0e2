package io.ratiskv.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @Test
  void aTimeCountsInEachBucketWhoseBoundItDoesNotPass() {
    histogram.record(TimeUnit.MICROSECONDS.toNanos(50));
    histogram.record(TimeUnit.MICROSECONDS.toNanos(50) + 1);
    histogram.record(TimeUnit.MILLISECONDS.toNanos(7));

    assertThat(lines())
        .contains(
            "x_bucket{a=\"b\",le=\"5.0E-5\"} 1",
            "x_bucket{a=\"b\",le=\"1.0E-4\"} 2",
            "x_bucket{a=\"b\",le=\"0.005\"} 2",
            "x_bucket{a=\"b\",le=\"0.01\"} 3",
            "x_bucket{a=\"b\",le=\"+Inf\"} 3",
            "x_count{a=\"b\"} 3");
  }

  @Test
  void nothingIsLostAtTheEnds() {
    histogram.record(-1);
    histogram.record(0);
    histogram.record(TimeUnit.SECONDS.toNanos(10));
    histogram.record(TimeUnit.SECONDS.toNanos(10) + 1);
    histogram.record(Long.MAX_VALUE);

    assertThat(lines())
        .contains(
            "x_bucket{a=\"b\",le=\"5.0E-5\"} 2",
            "x_bucket{a=\"b\",le=\"10\"} 3",
            "x_bucket{a=\"b\",le=\"+Inf\"} 5");
    assertThat(histogram.count()).isEqualTo(5);
  }

  /** The bucket is looked up by the leading zeros: each power of two, and its neighbours. */
  @Test
  void theQuickWayFindsTheSameBucketAsTheSlow() {
    for (int bit = 0; bit < 63; bit++) {
      for (long nanos : new long[] {(1L << bit) - 1, 1L << bit, (1L << bit) + 1}) {
        Histogram one = new Histogram();
        one.record(nanos);
        MetricsText out = new MetricsText();
        one.write(out, "x", "");
        out.toString()
            .lines()
            .filter(line -> line.startsWith("x_bucket") && !line.contains("+Inf"))
            .forEach(
                line -> {
                  double bound = Double.parseDouble(line.split("\"", -1)[1]) * 1e9;
                  boolean counted = line.endsWith(" 1");
                  assertThat(counted).as("%d in %s", nanos, line).isEqualTo(nanos <= bound);
                });
      }
    }
  }

  private String lines() {
    MetricsText out = new MetricsText();
    histogram.write(out, "x", MetricsText.labels("a", "b"));
    return out.toString();
  }
}
