package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of all commands that make the folders of a new cluster. */
final class NewClusterOptions {
  @Setting
  @Option(
      names = "--servers",
      required = true,
      paramLabel = "ID=HOST:PORT/HOST:PORT,...",
      description = {
        "All servers of the new cluster: where clients and where other servers connect.",
        "One will do; others are added with 'kv server --join' and 'kv member add'."
      })
  String servers = "";

  @Option(
      names = "--into",
      required = true,
      paramLabel = "DIR",
      description =
          "Where their data folders are made, by their ids: DIR/n1 and so on. Must be absent or"
              + " empty.")
  Path into = Path.of("");
}
