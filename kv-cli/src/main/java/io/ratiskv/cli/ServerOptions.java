package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import io.ratiskv.service.ServerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of all commands that start a server of a cluster. */
final class ServerOptions {
  static final String CLUSTER = "kv";
  private static final String SNAPSHOT_LOG_BYTES = "64MiB";
  private static final String SNAPSHOT_ENTRIES = "1000000";

  @Setting
  @Option(names = "--id", paramLabel = "ID", description = "Which of --servers this is.")
  String id = "";

  @Setting
  @Option(
      names = "--servers",
      paramLabel = "ID=HOST:PORT/HOST:PORT,...",
      description = "All servers of the cluster: where clients and where other servers connect.")
  String servers = "";

  @Setting
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The folder for all that this server keeps; made if it isn't there.")
  Path data = Path.of("");

  @Setting
  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = CLUSTER,
      description = "Servers and folders of another are refused. Default: ${DEFAULT-VALUE}.")
  String cluster = CLUSTER;

  @Setting
  @Option(
      names = "--snapshot-log-bytes",
      paramLabel = "SIZE",
      defaultValue = SNAPSHOT_LOG_BYTES,
      converter = SizeConverter.class,
      description =
          "Take a snapshot after so many bytes of log, like 64MiB, or half as many as the last one"
              + " has, if that is more; where nothing is written for two seconds, an eighth of"
              + " the last one will do. -1: not by bytes. Default: ${DEFAULT-VALUE}.")
  long snapshotLogBytes;

  @Setting
  @Option(
      names = "--snapshot-entries",
      paramLabel = "NUMBER",
      defaultValue = SNAPSHOT_ENTRIES,
      description =
          "Take a snapshot after so many log entries; -1: not by number. Default:"
              + " ${DEFAULT-VALUE}.")
  long snapshotEntries;

  @Mixin SecurityOptions security = new SecurityOptions();

  /**
   * Those without which no server starts.
   *
   * @throws CommandException naming those that are missing
   */
  void requireAll() {
    List<String> missing = new ArrayList<>();
    if (id.isBlank()) {
      missing.add("--id");
    }
    if (servers.isBlank()) {
      missing.add("--servers");
    }
    if (data.toString().isBlank()) {
      missing.add("--data");
    }
    if (!missing.isEmpty()) {
      throw new CommandException(
          ExitCode.USAGE,
          "missing: "
              + String.join(", ", missing)
              + "; each may also stand in the file of --config or in the environment");
    }
  }

  @Setting
  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Show metrics, health and status there: /metrics, /livez, /readyz, /status, and a page"
              + " for a browser at /. By HTTPS where clients have TLS. Default: nowhere.")
  @Nullable String http;

  @Setting
  @Option(
      names = "--log-json",
      description = "Log a JSON object a line, instead of lines for a person.")
  boolean logJson;

  /** As they are given to {@code command}; those that are the default are left out. */
  static List<String> words(String kv, String command, ServerConfig config) {
    List<String> words = new ArrayList<>(List.of(kv, command, "--id", config.id()));
    if (!config.cluster().equals(CLUSTER)) {
      words.addAll(List.of("--cluster", config.cluster()));
    }
    words.addAll(List.of("--servers", Members.format(config.members())));
    words.addAll(List.of("--data", config.data().toString()));
    words.addAll(SecurityOptions.words(config.security()));
    return words;
  }
}
