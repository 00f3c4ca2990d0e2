package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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
  // To parse them here would begin to log in every command, before a server has set its level.
  private Endpoints endpoints = new Endpoints(List.of());

  @Mixin private TlsOptions tls = new TlsOptions();

  /** With which certificates; null: plain text. */
  @Nullable Tls tls() {
    if (tls.authorities() == null && tls.certificate() == null && tls.key() == null) {
      return null;
    }
    for (Path file : Arrays.asList(tls.authorities(), tls.certificate(), tls.key())) {
      if (file != null && !Files.isReadable(file)) {
        throw new CommandException(
            ExitCode.USAGE, "there is no file " + file + " to read, for TLS");
      }
    }
    try {
      return new Tls(tls.authorities(), tls.certificate(), tls.key());
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--tls-cert and --tls-key go together", e);
    }
  }

  KvAdmin admin(Duration timeout) {
    return KvAdmin.withTimeout(timeout, tls());
  }

  /** Which servers are meant. */
  List<String> endpoints() {
    return endpoints.list();
  }
}
