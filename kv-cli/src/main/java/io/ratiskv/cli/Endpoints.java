package io.ratiskv.cli;

import io.ratiskv.client.KvClient;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which servers a command turns to. */
final class Endpoints {
  static final String VARIABLE = "KV_ENDPOINTS";

  /** Those of {@code kv dev}. */
  static final String DEFAULT = "127.0.0.1:7001,127.0.0.1:7002,127.0.0.1:7003";

  private Endpoints() {}

  /** Those of the option, else those of the environment, else those of {@code kv dev}. */
  static List<String> of(@Nullable String option, Shell shell) {
    if (option != null) {
      return parse(option, "--endpoints");
    }
    String variable = shell.environment().getOrDefault(VARIABLE, "");
    return variable.isBlank() ? parse(DEFAULT, "") : parse(variable, VARIABLE);
  }

  /** Reads {@code host:port,host:port}. */
  static List<String> parse(String text, String where) {
    List<String> endpoints =
        Arrays.stream(text.split(",", -1)).map(String::strip).distinct().toList();
    try {
      KvClient.builder().endpoints(endpoints);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, where + ": " + e.getMessage(), e);
    }
    return endpoints;
  }
}
