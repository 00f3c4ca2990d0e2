package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of all commands that turn to servers: which, and how. */
final class ConnectionOptions {
  @Setting
  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT,...",
      defaultValue = Endpoints.DEFAULT,
      converter = Endpoints.Converter.class,
      description = {
        "Servers of the cluster; one that runs is enough.",
        "Default: those of 'kv dev'. Also $KV_ENDPOINTS."
      })
  private Endpoints endpoints = Endpoints.parse(Endpoints.DEFAULT);

  /** Which servers are meant. */
  List<String> endpoints() {
    return endpoints.list();
  }
}
