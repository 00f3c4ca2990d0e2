package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** A result as people and as programs get it. */
class ResultTest {
  @Test
  void table() {
    assertThat(ResultTable.lines(result(3, 2)))
        .containsExactly(
            "CALL          DONE    A SECOND     P50 ms     P90 ms     P99 ms   P99.9 ms     MAX ms",
            "put             90          45      1.000      1.000      1.000      1.000      1.000",
            "get              2           1      3.002      3.002      3.002      3.002      3.002",
            "all             92          46      1.000      1.000      1.000      3.002      3.002",
            "",
            "behind the plan: p50 0.001 ms, p99 4.002 ms, max 4.002 ms",
            "failed: 7 Overloaded, 3 without an answer, 2 due but never made: the rate is too high,"
                + " and the true latencies are longer",
            "processors: client 1.0 s, servers 3.0 s, of 2 s on "
                + Runtime.getRuntime().availableProcessors()
                + "; 23 calls for each second of all");
  }

  @Test
  void json() {
    assertThat(ResultJson.of(result(0, 0), Map.of("what", "a \"b\"\n")))
        .isEqualTo(
            "{\"what\": \"a \\\"b\\\"\\u000a\", \"seconds\": 2.000, \"calls\": {"
                + "\"put\": {\"done\": 90, \"perSecond\": 45.000, \"due\": 100, \"p50\": 1000.447, "
                + "\"p90\": 1000.447, \"p99\": 1000.447, \"p99.9\": 1000.447, \"max\": 1000.447}, "
                + "\"get\": {\"done\": 2, \"perSecond\": 1.000, \"due\": 1, \"p50\": 3002.367, "
                + "\"p90\": 3002.367, \"p99\": 3002.367, \"p99.9\": 3002.367, \"max\": 3002.367}, "
                + "\"all\": {\"done\": 92, \"perSecond\": 46.000, \"due\": 101, \"p50\": 1000.447, "
                + "\"p90\": 1000.447, \"p99\": 1000.447, \"p99.9\": 3002.367, \"max\": 3002.367}}, "
                + "\"lateness\": {\"p50\": 1.000, \"p99\": 4001.791, \"max\": 4001.791}, "
                + "\"failures\": {\"Overloaded\": 7}, \"unanswered\": 0, \"neverMade\": 0, "
                + "\"clientProcessorSeconds\": 1.000, \"serverProcessorSeconds\": 3.000}");
  }

  private static Result result(long unanswered, long neverMade) {
    Histogram puts = new Histogram(3);
    puts.recordValueWithCount(1_000_000, 100);
    Histogram gets = new Histogram(3);
    gets.recordValue(3_000_500);
    Histogram lateness = new Histogram(3);
    lateness.recordValueWithCount(1_000, 90);
    lateness.recordValueWithCount(4_000_000, 11);
    return new Result(
        Duration.ofSeconds(2),
        Map.of(Kind.PUT, 90L, Kind.GET, 2L),
        Map.of(Kind.PUT, puts, Kind.GET, gets, Kind.APPEND, new Histogram(3)),
        lateness,
        Map.of("Overloaded", 7L),
        unanswered,
        neverMade,
        new ProcessorTime(Duration.ofSeconds(1), Duration.ofSeconds(3)));
  }
}
