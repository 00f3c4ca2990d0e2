package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.List;

/**
 * What processes have used of the processors.
 *
 * @param client by this process
 * @param servers by those of the servers that are known; zero where none is
 */
public record ProcessorTime(Duration client, Duration servers) {
  /** Until now. One that has ended counts nothing. */
  static ProcessorTime read(List<ProcessHandle> servers) {
    return new ProcessorTime(
        used(ProcessHandle.current()),
        servers.stream().map(ProcessorTime::used).reduce(Duration.ZERO, Duration::plus));
  }

  private static Duration used(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Since then. */
  ProcessorTime since(ProcessorTime before) {
    return new ProcessorTime(
        notNegative(client.minus(before.client)), notNegative(servers.minus(before.servers)));
  }

  /** It is, where a server has ended meanwhile. */
  private static Duration notNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }
}
