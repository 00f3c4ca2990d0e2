package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.client.Tls;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of all commands that read or write. */
final class ClientOptions {
  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Setting
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "",
      description = "Refuse servers of another cluster.")
  private String cluster = "";

  @Setting
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a read or a write may take, like 500ms, 10s, 2m. Default: 10s.")
  private @Nullable Duration timeout;

  /** Which servers are meant. */
  List<String> endpoints() {
    return connection.endpoints();
  }

  KvClient connect() {
    return connect(Duration.ofSeconds(10));
  }

  KvClient connect(Duration defaultTimeout) {
    KvClientBuilder builder =
        KvClient.builder()
            .endpoints(endpoints())
            .cluster(cluster)
            .timeout(timeout == null ? defaultTimeout : timeout);
    Tls tls = connection.tls();
    return (tls == null ? builder : builder.tls(tls)).build();
  }

  ConnectionOptions connection() {
    return connection;
  }
}
