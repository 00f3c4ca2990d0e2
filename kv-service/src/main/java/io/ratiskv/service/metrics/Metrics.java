package io.ratiskv.service.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics of one server, in the order of their coming. Those of one name have the same help and
 * type, and differ in their labels, which are given as names and values by turns. What is a gauge
 * is asked for when the text is made, on the thread that wants it; one that can't be read is left
 * out, and harms no other. Any thread may call.
 */
public final class Metrics {
  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  /** Guarded by this, which is not held while values are asked for; so are the sources. */
  private final Map<String, Family> families = new LinkedHashMap<>();

  private final List<Source> sources = new ArrayList<>();
  private final Counter leftOut = new Counter();

  /** Of which the log has told. */
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Writes families of which it isn't known before which there will be. */
  public interface Source {
    void write(MetricsText out);
  }

  private interface Sample {
    void write(MetricsText out, String name);
  }

  private record Family(String name, String type, String help, List<Sample> samples) {
    Family copy() {
      return new Family(name, type, help, List.copyOf(samples));
    }
  }

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
    families.computeIfAbsent(name, key -> new Family(key, type, help, new ArrayList<>()));
    families.get(name).samples().add(sample);
  }

  /** Adds families that come and go. */
  public synchronized void source(Source source) {
    sources.add(source);
  }

  /** How often one could not be read. */
  public long leftOut() {
    return leftOut.value();
  }

  /** All of them, as they are now. */
  public String text() {
    MetricsText out = new MetricsText();
    for (Family family : families()) {
      String name = family.name();
      out.family(name, family.type(), family.help());
      family.samples().forEach(sample -> write(out, name, () -> sample.write(out, name)));
    }
    for (Source source : sources()) {
      write(out, source.getClass().getName(), () -> source.write(out));
    }
    return out.toString();
  }

  private synchronized List<Family> families() {
    return families.values().stream().map(Family::copy).toList();
  }

  private synchronized List<Source> sources() {
    return List.copyOf(sources);
  }

  private void write(MetricsText out, String what, Runnable writing) {
    int before = out.length();
    try {
      writing.run();
    } catch (RuntimeException e) {
      out.back(before);
      leftOut.add();
      if (told.add(what)) {
        LOG.warn(
            "{} could not be read, and is left out of the metrics as long as that is so", what, e);
      }
    }
  }
}
