package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** A result for people. */
public final class ResultTable {
  private static final String ROW = "%-6s  %10s  %10s  %9s  %9s  %9s  %9s  %9s";

  private ResultTable() {}

  /** A row for each kind of call, latencies in milliseconds; then what else there is to say. */
  public static List<String> lines(Result result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            ROW, "CALL", "DONE", "A SECOND", "P50 ms", "P90 ms", "P99 ms", "P99.9 ms", "MAX ms"));
    Map<Kind, Histogram> called =
        result.latencies().entrySet().stream()
            .filter(entry -> entry.getValue().getTotalCount() > 0)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    for (Kind kind : Kind.values()) {
      Histogram latencies = called.get(kind);
      if (latencies != null) {
        lines.add(row(kind.label(), result, result.done(kind), latencies));
      }
    }
    if (called.size() != 1) {
      lines.add(row("all", result, result.allDone(), result.all()));
    }
    lines.add("");
    if (result.lateness().getTotalCount() > 0) {
      lines.add(behind(result.lateness()));
    }
    lines.add("failed: " + failures(result));
    lines.add(processors(result));
    return lines;
  }

  private static String row(String name, Result result, long done, Histogram latencies) {
    return String.format(
        Locale.ROOT,
        ROW,
        name,
        done,
        String.format(Locale.ROOT, "%.0f", result.perSecond(done)),
        millis(latencies.getValueAtPercentile(50)),
        millis(latencies.getValueAtPercentile(90)),
        millis(latencies.getValueAtPercentile(99)),
        millis(latencies.getValueAtPercentile(99.9)),
        millis(latencies.getMaxValue()));
  }

  /** Calls that are made late have waited already, which is part of their latencies. */
  private static String behind(Histogram lateness) {
    return String.format(
        "behind the plan: p50 %s ms, p99 %s ms, max %s ms",
        millis(lateness.getValueAtPercentile(50)),
        millis(lateness.getValueAtPercentile(99)),
        millis(lateness.getMaxValue()));
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
  }

  private static String failures(Result result) {
    List<String> parts = new ArrayList<>();
    result.failures().forEach((name, count) -> parts.add(count + " " + name));
    if (result.unanswered() > 0) {
      parts.add(result.unanswered() + " without an answer");
    }
    if (result.neverMade() > 0) {
      parts.add(
          result.neverMade()
              + " due but never made: the rate is too high, and the true latencies are longer");
    }
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }

  private static String processors(Result result) {
    Duration client = result.processors().client();
    Duration servers = result.processors().servers();
    String text = String.format(Locale.ROOT, "processors: client %.1f s", client.toNanos() / 1e9);
    if (servers.isZero()) {
      return text;
    }
    return text
        + String.format(
            Locale.ROOT,
            ", servers %.1f s, of %.0f s on %d; %.0f calls for each second of all",
            servers.toNanos() / 1e9,
            result.time().toNanos() / 1e9,
            Runtime.getRuntime().availableProcessors(),
            result.perProcessorSecond());
  }
}
