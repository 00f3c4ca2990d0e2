package io.ratiskv.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.it.chaos.Schedule.Struck;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** What all runs of a soak together have seen. */
final class SoakTable {
  private final Coverage coverage = new Coverage();
  private final Map<String, Struck> faults = new TreeMap<>();
  private int runs;
  private long operations;

  void add(ChaosReport report) {
    runs++;
    operations += report.operations();
    coverage.addAll(report.coverage());
    report.faults().forEach((name, struck) -> faults.merge(name, struck, Struck::plus));
  }

  int runs() {
    return runs;
  }

  Coverage coverage() {
    return coverage;
  }

  /** What never happened was not tested. */
  void requireAll() {
    assertThat(Arrays.stream(Event.values()).filter(event -> coverage.of(event) == 0))
        .as("what never happened in %d runs", runs)
        .isEmpty();
    assertThat(faults.entrySet().stream().filter(fault -> fault.getValue().effective() == 0))
        .as("faults that were never seen to have an effect, in %d runs", runs)
        .isEmpty();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%d runs, %d operations answered%n", runs, operations));
    for (Event event : Event.values()) {
      text.append(String.format("  %-26s %8d%n", event, coverage.of(event)));
    }
    faults.forEach(
        (name, struck) ->
            text.append(
                String.format(
                    "  %-26s %8d times, %d with effect%n",
                    name, struck.times(), struck.effective())));
    return text.toString();
  }
}
