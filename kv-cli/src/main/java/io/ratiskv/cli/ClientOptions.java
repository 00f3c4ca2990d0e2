package io.ratiskv.cli;

import io.ratiskv.client.KvClient;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of all commands that read or write. */
final class ClientOptions {
  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT,...",
      description = {
        "Servers of the cluster; one that runs is enough.",
        "Default: $KV_ENDPOINTS, else those of 'kv dev'."
      })
  private @Nullable String endpoints;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Refuse servers of another cluster.")
  private String cluster = "";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a read or a write may take, like 500ms, 10s, 2m. Default: 10s.")
  private @Nullable Duration timeout;

  /** Which servers are meant. */
  List<String> endpoints(Shell shell) {
    return Endpoints.of(endpoints, shell);
  }

  KvClient connect(Shell shell) {
    return connect(shell, Duration.ofSeconds(10));
  }

  KvClient connect(Shell shell, Duration defaultTimeout) {
    return KvClient.builder()
        .endpoints(endpoints(shell))
        .cluster(cluster)
        .timeout(timeout == null ? defaultTimeout : timeout)
        .build();
  }
}
