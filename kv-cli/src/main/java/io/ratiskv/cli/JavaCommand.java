package io.ratiskv.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Calls this program in another process: with the Java, its flags and the class path of this. */
final class JavaCommand {
  private JavaCommand() {}

  static List<String> of(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        // Two can't have the debugger's port.
        .filter(flag -> !flag.startsWith("-agentlib:"))
        .forEach(command::add);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Kv.class.getName());
    command.addAll(arguments);
    return command;
  }
}
