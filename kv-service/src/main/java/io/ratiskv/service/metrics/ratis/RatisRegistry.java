package io.ratiskv.service.metrics.ratis;

import io.ratiskv.service.metrics.Counter;
import io.ratiskv.service.metrics.Histogram;
import io.ratiskv.service.metrics.MetricsText;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;

/** The metrics of one part of a Ratis server. Any thread may use it. */
final class RatisRegistry implements RatisMetricRegistry {
  /** What we don't use of Ratis stays at zero: watches, reads of its own, streams, data apart. */
  private static final Pattern UNUSED =
      Pattern.compile("watch|stale_read|client_read|client_stream|state_machine_data");

  private final MetricRegistryInfo info;
  private final Map<String, Times> timers = new ConcurrentHashMap<>();
  private final Map<String, Events> counters = new ConcurrentHashMap<>();
  private final Map<String, Supplier<?>> gauges = new ConcurrentHashMap<>();

  RatisRegistry(MetricRegistryInfo info) {
    this.info = info;
  }

  /** With what the names of its metrics begin. */
  String family() {
    return info.getApplicationName() + "_" + info.getMetricsComponentName();
  }

  @Override
  public Timekeeper timer(String name) {
    return timers.computeIfAbsent(name, key -> new Times(new Histogram()));
  }

  @Override
  public LongCounter counter(String name) {
    return counters.computeIfAbsent(name, key -> new Events(new Counter()));
  }

  @Override
  public <T> void gauge(String name, Supplier<Supplier<T>> gaugeSupplier) {
    gauges.computeIfAbsent(name, key -> gaugeSupplier.get());
  }

  @Override
  public boolean remove(String name) {
    return Stream.of(timers, counters, gauges).filter(of -> of.remove(name) != null).count() > 0;
  }

  @Override
  public MetricRegistryInfo getMetricRegistryInfo() {
    return info;
  }

  private record Times(Histogram histogram) implements Timekeeper {
    @Override
    public Context time() {
      long begun = System.nanoTime();
      return () -> {
        long took = System.nanoTime() - begun;
        histogram.record(took);
        return took;
      };
    }
  }

  private record Events(Counter counter) implements LongCounter {
    @Override
    public void inc(long n) {
      counter.add(n);
    }

    @Override
    public void dec(long n) {
      counter.add(-n);
    }

    @Override
    public long getCount() {
      return counter.value();
    }
  }

  void write(MetricsText out) {
    byFamily(counters, "_total")
        .forEach(
            (name, members) -> {
              out.family(name, "counter", help());
              members.forEach(
                  (labels, events) -> out.sample(name, labels, (double) events.getCount()));
            });
    byFamily(timers, "_seconds")
        .forEach(
            (name, members) -> {
              out.family(name, "histogram", help());
              members.forEach((labels, times) -> times.histogram().write(out, name, labels));
            });
    byFamily(gauges, "")
        .forEach(
            (name, members) -> {
              out.family(name, "gauge", help());
              members.forEach((labels, gauge) -> writeGauge(out, name, labels, gauge));
            });
  }

  /** One that can't be read, as its owner has just stopped, is left out. */
  private static void writeGauge(MetricsText out, String name, String labels, Supplier<?> gauge) {
    try {
      if (gauge.get() instanceof Number number) {
        out.sample(name, labels, number.doubleValue());
      }
    } catch (RuntimeException e) {
      out.comment(name + labels + " can't be read now");
    }
  }

  private String help() {
    return "Ratis: " + info.getMetricsDescription();
  }

  /** By name, and there by labels: Ratis puts the names of peers into those of metrics. */
  private <M> Map<String, Map<String, M>> byFamily(Map<String, M> metrics, String unit) {
    Map<String, Map<String, M>> families = new TreeMap<>();
    metrics.forEach(
        (key, metric) -> {
          RatisName name = RatisName.of(key);
          if (UNUSED.matcher(name.stem()).find()) {
            return;
          }
          families
              .computeIfAbsent(family() + "_" + name.stem() + unit, family -> new TreeMap<>())
              .put(name.labels(), metric);
        });
    return families;
  }
}
