package io.ratiskv.cli;

import io.ratiskv.client.KvClient;
import io.ratiskv.client.PutResult;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "put",
    header = "Sets the value of a key.",
    description =
        "Says nothing when it is done, except on a terminal or with -v: then the value's length and"
            + " version.",
    footer = {
      "",
      "Examples:",
      "  kv put greeting hello",
      "  kv put photo < photo.jpg",
      "  kv put offset -- -5                 (-- before what begins with a hyphen)"
    })
final class PutCommand implements Callable<Integer> {
  private final Shell shell;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = {"-v", "--verbose"},
      description = "Say the value's length and version.")
  private boolean verbose;

  @Parameters(index = "0", paramLabel = "KEY", description = "1 to 4096 bytes.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description = "At most 1 MiB. Without it, or with -, all of standard input.")
  private @Nullable String value;

  PutCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    byte[] name = Argument.bytes(key, "KEY");
    byte[] bytes = Argument.value(value, shell);
    PutResult result;
    try (KvClient kv = client.connect()) {
      result = kv.put(name, bytes);
    }
    if (verbose || shell.writesToPerson()) {
      shell.say(Count.of(bytes.length, "byte") + ", version " + result.version());
    }
    return ExitCode.DONE.number();
  }
}
