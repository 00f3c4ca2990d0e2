package io.ratiskv.service.metrics.ratis;

import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.service.metrics.MetricsText;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.util.RefCountingMap;
import org.apache.ratis.util.TimeDuration;

/**
 * The registries that Ratis finds as a service and fills: one of the process, for all servers in
 * it. In the place of Ratis's own, which samples each time into a reservoir and shows all by JMX.
 */
public final class RatisRegistries extends MetricRegistries {
  private final RefCountingMap<MetricRegistryInfo, RatisMetricRegistry> registries =
      new RefCountingMap<>();

  /**
   * What Ratis counts for one member of a group.
   *
   * @param member its name there, as Ratis writes it: {@code n1@group-…}
   */
  public static Metrics.Source of(String member) {
    return out -> {
      if (MetricRegistries.global() instanceof RatisRegistries ours) {
        ours.write(member, out);
      }
    };
  }

  private void write(String member, MetricsText out) {
    List<RatisRegistry> found =
        registries.values().stream()
            .filter(registry -> registry.getMetricRegistryInfo().getPrefix().equals(member))
            .map(RatisRegistry.class::cast)
            .sorted(Comparator.comparing(RatisRegistry::family))
            .toList();
    found.forEach(registry -> registry.write(out));
  }

  @Override
  public RatisMetricRegistry create(MetricRegistryInfo info) {
    return registries.put(info, () -> new RatisRegistry(info));
  }

  @Override
  public boolean remove(MetricRegistryInfo key) {
    return registries.remove(key) == null;
  }

  @Override
  public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
    return Optional.ofNullable(registries.get(info));
  }

  @Override
  public Set<MetricRegistryInfo> getMetricRegistryInfos() {
    return Set.copyOf(registries.keySet());
  }

  @Override
  public Collection<RatisMetricRegistry> getMetricRegistries() {
    return List.copyOf(registries.values());
  }

  @Override
  public void clear() {
    registries.clear();
  }

  /** Nothing is reported elsewhere. */
  @Override
  public void addReporterRegistration(
      Consumer<RatisMetricRegistry> reporterRegistration,
      Consumer<RatisMetricRegistry> stopReporter) {}

  @Override
  public void enableJmxReporter() {}

  @Override
  public void enableConsoleReporter(TimeDuration consoleReportRate) {}
}
