package io.ratiskv.cli;

import io.ratiskv.client.GetResult;
import io.ratiskv.client.KvClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "get",
    header = "Prints the value of a key.",
    description = {
      "Prints the value's bytes as they are. Only where a terminal shows them, a line end follows "
          + "a value that has none.",
      "Where there is no such key, nothing is printed and the exit code is 1; an empty value is a "
          + "value, and the exit code is 0."
    },
    footer = {
      "",
      "Examples:",
      "  kv get greeting",
      "  kv get photo > photo.jpg",
      "  kv get lock || echo \"nobody has it\""
    })
final class GetCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = {"-v", "--verbose"},
      description = "Say the value's length and version on standard error.")
  private boolean verbose;

  @Parameters(paramLabel = "KEY", description = "1 to 4096 bytes.")
  private String key = "";

  GetCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    byte[] name = Argument.bytes(key, "KEY");
    GetResult result;
    try (KvClient kv = client.connect()) {
      result = kv.get(name);
    }
    if (!result.found()) {
      shell.note("no such key: " + key);
      return ExitCode.NOT_FOUND.number();
    }
    byte[] value = result.value();
    shell.out().write(value, 0, value.length);
    if (shell.writesToPerson() && (value.length == 0 || value[value.length - 1] != '\n')) {
      shell.out().println();
    }
    shell.flush();
    if (verbose) {
      shell.note(Count.of(value.length, "byte") + ", version " + result.version());
    }
    return ExitCode.DONE.number();
  }
}
