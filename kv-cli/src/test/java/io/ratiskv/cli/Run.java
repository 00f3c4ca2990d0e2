package io.ratiskv.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;

/** A run of {@code kv} in this JVM, and what came of it. */
final class Run {
  private final int exitCode;
  private final byte[] out;
  private final String err;

  private Run(int exitCode, byte[] out, String err) {
    this.exitCode = exitCode;
    this.out = out;
    this.err = err;
  }

  static Run kv(String... arguments) {
    return kv(Map.of(), new byte[0], arguments);
  }

  static Run kv(Map<String, String> environment, byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            new ByteArrayInputStream(input),
            new PrintStream(out, false, UTF_8),
            new PrintStream(err, true, UTF_8),
            environment,
            false,
            false,
            "kv");
    int exitCode = Kv.run(shell, arguments);
    shell.flush();
    return new Run(exitCode, out.toByteArray(), err.toString(UTF_8));
  }

  int exitCode() {
    return exitCode;
  }

  byte[] bytes() {
    return out;
  }

  String out() {
    return new String(out, UTF_8);
  }

  String err() {
    return err;
  }
}
