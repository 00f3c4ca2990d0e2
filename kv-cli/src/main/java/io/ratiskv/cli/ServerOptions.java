package io.ratiskv.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of all commands that start a server of a cluster. */
final class ServerOptions {
  private static final String CLUSTER = "kv";

  @Option(
      names = "--id",
      required = true,
      paramLabel = "ID",
      description = "Which of --servers this is.")
  String id = "";

  @Option(
      names = "--servers",
      required = true,
      paramLabel = "ID=HOST:PORT/HOST:PORT,...",
      description = "All servers of the cluster: where clients and where other servers connect.")
  String servers = "";

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The folder for all that this server keeps; made if it isn't there.")
  Path data = Path.of("");

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "Servers and folders of another are refused. Default: ${DEFAULT-VALUE}.")
  String cluster = CLUSTER;

  @Option(
      names = "--snapshot-log-bytes",
      paramLabel = "BYTES",
      description =
          "Take a snapshot after so many bytes of log, or half as many as the last one has, if that"
              + " is more; -1: not by bytes. Default: ${DEFAULT-VALUE}.")
  long snapshotLogBytes = 64L << 20;

  @Option(
      names = "--snapshot-entries",
      paramLabel = "NUMBER",
      description =
          "Take a snapshot after so many log entries; -1: not by number. Default:"
              + " ${DEFAULT-VALUE}.")
  long snapshotEntries = 1_000_000;

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Show metrics, health and status there, to whoever can connect: /metrics, /livez, "
              + "/readyz, /status, and a page for a browser at /. Default: nowhere.")
  @Nullable String http;

  @Option(
      names = "--log-json",
      description = "Log a JSON object a line, instead of lines for a person.")
  boolean logJson;

  /** As they are given to {@code command}; those that are the default are left out. */
  static List<String> words(
      String kv, String command, String id, String cluster, String servers, Path data) {
    List<String> words = new ArrayList<>(List.of(kv, command, "--id", id));
    if (!cluster.equals(CLUSTER)) {
      words.addAll(List.of("--cluster", cluster));
    }
    words.addAll(List.of("--servers", servers, "--data", data.toString()));
    return words;
  }
}
