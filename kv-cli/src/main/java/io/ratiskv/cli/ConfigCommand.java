package io.ratiskv.cli;

import static java.util.Objects.requireNonNull;

import io.ratiskv.cli.config.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

@Command(
    name = "config",
    header = "Shows the settings in force, and where each comes from.",
    description = {
      "Every option below is a setting: it has one name as an option (--snapshot-log-bytes), as a "
          + "variable of the environment (KV_SNAPSHOT_LOG_BYTES) and as a key of the file that "
          + "--config or KV_CONFIG names (snapshot-log-bytes = 256MiB). The option goes first, then "
          + "the variable, then the file.",
      "A key or a KV_ variable that no command knows is an error. Sizes are bytes, or have a unit "
          + "(64KiB, 256MiB, 1GiB); times have a unit (500ms, 10s, 2m, 1h)."
    },
    footer = {"", "Example:", "  kv config --config /etc/ratis-kv/kv.properties --id n1"})
final class ConfigCommand implements Callable<Integer> {
  private final Shell shell;
  private final Settings settings;

  @Spec private CommandSpec spec = CommandSpec.create();

  ConfigCommand(Shell shell, Settings settings) {
    this.shell = shell;
    this.settings = settings;
  }

  /** Gives this command the settings of the others; of those with one name, the first counts. */
  static void addOptions(Map<String, CommandLine> commands) {
    CommandSpec config = requireNonNull(commands.get("config")).getCommandSpec();
    Map<String, OptionSpec> options =
        new TreeMap<>(Settings.of(requireNonNull(commands.get("server"))));
    commands.values().forEach(command -> Settings.of(command).forEach(options::putIfAbsent));
    options.values().forEach(option -> config.addOption(OptionSpec.builder(option).build()));
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("SETTING", "FROM", "VALUE"));
    for (OptionSpec option : spec.options()) {
      if (Settings.isSetting(option)) {
        Settings.Found found = inForce(option, parsed);
        rows.add(List.of(Settings.name(option), found.origin(), found.value()));
      }
    }
    rows.forEach(row -> shell.out().println(line(row, width(rows, 0), width(rows, 1))));
    shell.flush();
    return ExitCode.DONE.number();
  }

  private static int width(List<List<String>> rows, int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  /** Values may be long, and so come last. */
  private static String line(List<String> row, int first, int second) {
    return pad(row.get(0), first) + "  " + pad(row.get(1), second) + "  " + row.get(2);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private Settings.Found inForce(OptionSpec option, ParseResult parsed) {
    if (parsed.hasMatchedOption(option.longestName())) {
      String text =
          String.join(",", parsed.matchedOption(option.longestName()).originalStringValues());
      return new Settings.Found(text, option.longestName());
    }
    String standard = option.defaultValue();
    return settings
        .find(Settings.name(option))
        .orElse(new Settings.Found(standard == null ? "-" : standard, "default"));
  }
}
