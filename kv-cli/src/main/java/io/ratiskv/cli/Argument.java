package io.ratiskv.cli;

import io.ratiskv.protocol.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Keys and values, as they were typed or piped. */
final class Argument {
  private static final char REPLACEMENT = '\uFFFD';

  private Argument() {}

  /**
   * The bytes of what was typed. Java has replaced what it could not read; another key or value
   * than the one typed must not be written.
   */
  static byte[] bytes(String text, String name) {
    if (text.indexOf(REPLACEMENT) >= 0) {
      throw new CommandException(
          ExitCode.USAGE,
          name + " is not UTF-8" + (name.equals("VALUE") ? "; pass it on standard input" : ""));
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The bytes of a value: those typed, or all of standard input. */
  static byte[] value(@Nullable String typed, Shell shell) {
    if (typed != null && !typed.equals("-")) {
      return bytes(typed, "VALUE");
    }
    if (shell.readsFromPerson()) {
      shell.note("(type the value; end it with Ctrl-D)");
    }
    try {
      byte[] value = shell.in().readNBytes(Limits.MAX_VALUE_BYTES + 1);
      if (value.length > Limits.MAX_VALUE_BYTES) {
        throw new CommandException(
            ExitCode.NOT_APPLIED,
            "the value on standard input is longer than "
                + Limits.MAX_VALUE_BYTES
                + " bytes (not applied)");
      }
      return value;
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NOT_APPLIED, "can't read standard input: " + e.getMessage(), e);
    }
  }
}
