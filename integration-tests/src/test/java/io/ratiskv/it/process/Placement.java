package io.ratiskv.it.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where and how a server process runs.
 *
 * @param host the address that it listens on
 * @param data its data folder
 * @param prefix the command that runs its command; empty: none
 * @param environment variables that it has besides those of this process
 */
public record Placement(
    String host, Path data, List<String> prefix, Map<String, String> environment) {
  public Placement {
    prefix = List.copyOf(prefix);
    environment = Map.copyOf(environment);
  }

  /** On the loopback device, with nothing around it. */
  public static Placement plain(Path data) {
    return new Placement("127.0.0.1", data, List.of(), Map.of());
  }

  Placement at(String otherHost, List<String> runner) {
    List<String> both = new ArrayList<>(runner);
    both.addAll(prefix);
    return new Placement(otherHost, data, both, environment);
  }

  Placement on(Path otherData) {
    return new Placement(host, otherData, prefix, environment);
  }

  Placement with(Map<String, String> variables) {
    Map<String, String> both = new HashMap<>(environment);
    both.putAll(variables);
    return new Placement(host, data, prefix, both);
  }
}
