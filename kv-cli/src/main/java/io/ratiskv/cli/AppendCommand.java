package io.ratiskv.cli;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.KvClient;
import io.ratiskv.protocol.Limits;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "append",
    header = "Puts bytes at the end of a key's value.",
    description = {
      "A key that isn't there is made. Each append takes effect once, however often it has to be "
          + "sent, and whichever server fails meanwhile.",
      "Says nothing when it is done, except on a terminal or with -v: then the value's new length "
          + "and version. With --lines it always says how many lines it were."
    },
    footer = {
      "",
      "Examples:",
      "  kv append visits \"$(date) $USER\"$'\\n'",
      "  kv append events --lines < events.log"
    })
final class AppendCommand implements Callable<Integer> {
  private static final Duration LINES_TIMEOUT = Duration.ofSeconds(60);

  private final Shell shell;
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--lines",
      description =
          "Make an append of each line of standard input, with its line end; many are under way at"
              + " a time, and they take effect in order. The default of --timeout is then 60s.")
  private boolean lines;

  @Option(
      names = {"-v", "--verbose"},
      description = "Say the value's new length and version.")
  private boolean verbose;

  @Parameters(index = "0", paramLabel = "KEY", description = "1 to 4096 bytes.")
  private String key = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "VALUE",
      description =
          "Without it, or with -, all of standard input. The whole value of a key has at most 1"
              + " MiB.")
  private @Nullable String value;

  AppendCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    byte[] name = Argument.bytes(key, "KEY");
    return (lines ? appendLines(name) : append(name)).number();
  }

  private ExitCode append(byte[] name) {
    byte[] bytes = Argument.value(value, shell);
    AppendResult result;
    try (KvClient kv = client.connect()) {
      result = kv.append(name, bytes);
    }
    if (verbose || shell.writesToPerson()) {
      shell.say(Count.of(result.length(), "byte") + ", version " + result.version());
    }
    return ExitCode.DONE;
  }

  private ExitCode appendLines(byte[] name) {
    if (value != null && !value.equals("-")) {
      throw new CommandException(
          ExitCode.USAGE, "--lines reads standard input; a VALUE has no place there");
    }
    try (KvClient kv = client.connect(LINES_TIMEOUT)) {
      LineAppends appends =
          new LineAppends(
              line -> kv.async().append(name, line),
              new LineReader(shell.in(), Limits.MAX_VALUE_BYTES));
      return appends.run().tell(shell);
    }
  }
}
