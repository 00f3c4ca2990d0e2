package io.ratiskv.benchmarks.etcd;

import io.ratiskv.cli.bench.Result;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The results of all rounds. */
final class Comparison {
  private record Place(Cell cell, String store) {}

  private final Map<Place, List<Result>> results = new HashMap<>();

  void add(Cell cell, String store, Result result) {
    results.computeIfAbsent(new Place(cell, store), place -> new ArrayList<>()).add(result);
  }

  /** Medians over the rounds; the ratio is ours to etcd's. */
  List<String> lines(List<Cell> cells, String ours, String theirs) {
    List<String> lines = new ArrayList<>();
    lines.add(
        row(
            "CALLS",
            "kv /s",
            "etcd /s",
            "RATIO",
            "kv p50/p99 ms",
            "etcd p50/p99 ms",
            "kv /cpu-s",
            "etcd /cpu-s",
            "FAILED"));
    for (Cell cell : cells) {
      List<Result> a = results.getOrDefault(new Place(cell, ours), List.of());
      List<Result> b = results.getOrDefault(new Place(cell, theirs), List.of());
      lines.add(
          row(
              cell.toString(),
              rounded(rate(a)),
              rounded(rate(b)),
              String.format(Locale.ROOT, "%.2f", rate(a) / rate(b)),
              latencies(a),
              latencies(b),
              rounded(median(a, Result::perProcessorSecond)),
              rounded(median(b, Result::perProcessorSecond)),
              failed(a) + " / " + failed(b)));
    }
    return lines;
  }

  /** A line for each cell and store, for programs; medians over the rounds, latencies in ms. */
  List<String> json(List<Cell> cells, List<String> stores) {
    List<String> lines = new ArrayList<>();
    for (String store : stores) {
      for (Cell cell : cells) {
        List<Result> rounds = results.getOrDefault(new Place(cell, store), List.of());
        lines.add(
            String.format(
                Locale.ROOT,
                "{\"store\": \"%s\", \"kind\": \"%s\", \"connections\": %d, \"outstanding\": %d,"
                    + " \"perSecond\": %.1f, \"p50\": %.4f, \"p99\": %.4f, \"failed\": %d}",
                store,
                cell.kind().label(),
                cell.connections(),
                cell.outstanding(),
                rate(rounds),
                millis(rounds, 50),
                millis(rounds, 99),
                failed(rounds)));
      }
    }
    return lines;
  }

  private static String row(String... cells) {
    return String.format("%-10s  %9s  %9s  %6s  %17s  %17s  %10s  %10s  %s", (Object[]) cells);
  }

  private static double rate(List<Result> results) {
    return median(results, Result::perSecond);
  }

  private static String latencies(List<Result> results) {
    return String.format(Locale.ROOT, "%.2f / %.2f", millis(results, 50), millis(results, 99));
  }

  private static double millis(List<Result> results, double percentile) {
    return median(results, result -> result.all().getValueAtPercentile(percentile) / 1e6);
  }

  private static long failed(List<Result> results) {
    return results.stream().mapToLong(result -> result.failed() + result.unanswered()).sum();
  }

  private static String rounded(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  static double median(List<Result> results, ToDoubleFunction<Result> figure) {
    double[] sorted = results.stream().mapToDouble(figure).sorted().toArray();
    int half = sorted.length / 2;
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
