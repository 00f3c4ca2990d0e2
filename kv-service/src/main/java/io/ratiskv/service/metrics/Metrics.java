package io.ratiskv.service.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * All metrics of one server, in the order of their coming. Those of one name have the same help and
 * type, and differ in their labels, which are given as names and values by turns. What is a gauge
 * is asked for when the text is made, on the thread that wants it. Any thread may call.
 */
public final class Metrics {
  private final Map<String, Family> families = new LinkedHashMap<>();
  private final List<Source> sources = new ArrayList<>();

  /** Writes families of which it isn't known before which there will be. */
  public interface Source {
    void write(MetricsText out);
  }

  private interface Sample {
    void write(MetricsText out, String name);
  }

  private record Family(String type, String help, List<Sample> samples) {}

  /** A new counter; by convention its name ends in {@code _total}. */
  public Counter counter(String name, String help, String... labels) {
    Counter counter = new Counter();
    counted(name, help, counter::value, labels);
    return counter;
  }

  /** What is counted elsewhere, and never falls while the process lives. */
  public void counted(String name, String help, DoubleSupplier value, String... labels) {
    add(name, "counter", help, value, labels);
  }

  /** What goes up and down. */
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    add(name, "gauge", help, value, labels);
  }

  private void add(String name, String type, String help, DoubleSupplier value, String... labels) {
    String prepared = MetricsText.labels(labels);
    add(name, type, help, (out, known) -> out.sample(known, prepared, value.getAsDouble()));
  }

  /** New times; by convention its name ends in {@code _seconds}. */
  public Histogram histogram(String name, String help, String... labels) {
    Histogram histogram = new Histogram();
    String prepared = MetricsText.labels(labels);
    add(name, "histogram", help, (out, known) -> histogram.write(out, known, prepared));
    return histogram;
  }

  private synchronized void add(String name, String type, String help, Sample sample) {
    families.computeIfAbsent(name, key -> new Family(type, help, new ArrayList<>()));
    families.get(name).samples().add(sample);
  }

  /** Adds families that come and go. */
  public synchronized void source(Source source) {
    sources.add(source);
  }

  /** All of them, as they are now. */
  public synchronized String text() {
    MetricsText out = new MetricsText();
    families.forEach(
        (name, family) -> {
          out.family(name, family.type(), family.help());
          family.samples().forEach(sample -> sample.write(out, name));
        });
    sources.forEach(source -> source.write(out));
    return out.toString();
  }
}
