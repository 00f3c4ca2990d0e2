package io.ratiskv.service.metrics;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;

/** What Java tells of the process, by the names that others use for it too. */
public final class ProcessMetrics {
  private ProcessMetrics() {}

  public static void addTo(Metrics metrics) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    metrics.gauge(
        "process_start_time_seconds",
        "When the process started, since the epoch.",
        () -> runtime.getStartTime() / 1e3);
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      metrics.counted(
          "process_cpu_seconds_total",
          "Processor time.",
          () -> Math.max(0, system.getProcessCpuTime()) / 1e9);
    }
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
      metrics.gauge("process_open_fds", "Open file descriptors.", unix::getOpenFileDescriptorCount);
      metrics.gauge(
          "process_max_fds", "Most open file descriptors.", unix::getMaxFileDescriptorCount);
    }
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    metrics.gauge(
        "jvm_heap_used_bytes",
        "Heap in use, garbage too.",
        () -> memory.getHeapMemoryUsage().getUsed());
    metrics.gauge("jvm_heap_max_bytes", "Most heap.", () -> memory.getHeapMemoryUsage().getMax());
    metrics.gauge("jvm_threads", "Threads.", ManagementFactory.getThreadMXBean()::getThreadCount);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      metrics.counted(
          "jvm_gc_seconds_total",
          "Time that collecting garbage took.",
          () -> collector.getCollectionTime() / 1e3,
          "gc",
          collector.getName());
      metrics.counted(
          "jvm_gc_collections_total",
          "How often garbage was collected.",
          collector::getCollectionCount,
          "gc",
          collector.getName());
    }
  }
}
