package io.ratiskv.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/**
 * What surrounds a command.
 *
 * @param in standard input
 * @param out standard output, where the answer goes; buffered
 * @param err standard error, where everything else goes
 * @param environment the environment variables
 * @param readsFromPerson whether standard input is a terminal
 * @param writesToPerson whether standard output is a terminal
 * @param kv what was typed to call this program
 */
record Shell(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean readsFromPerson,
    boolean writesToPerson,
    String kv) {

  /** That of this process; the launcher passes on what Java can't find out. */
  static Shell ofProcess() {
    return new Shell(
        System.in,
        new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false),
        System.err,
        System.getenv(),
        Boolean.getBoolean("kv.terminal.in"),
        Boolean.getBoolean("kv.terminal.out"),
        System.getProperty("kv.command", "kv"));
  }

  /** Prints a line of the answer. */
  void say(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a line beside the answer. */
  void note(String line) {
    err.println(line);
    err.flush();
  }

  /**
   * Writes out all that was printed.
   *
   * @throws CommandException if it can't be
   */
  void flush() {
    if (out.checkError()) {
      throw new CommandException(ExitCode.NOT_APPLIED, "can't write to standard output");
    }
  }

  /** Whether stack traces are wanted. */
  boolean debugs() {
    return "1".equals(environment.get("KV_DEBUG"));
  }
}
