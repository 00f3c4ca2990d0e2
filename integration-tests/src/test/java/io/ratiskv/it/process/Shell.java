package io.ratiskv.it.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands of the operating system, each waited for. */
final class Shell {
  private Shell() {}

  /**
   * Runs one.
   *
   * @return what it printed
   * @throws IOException if it isn't there or fails: names it, and what it printed
   */
  static String run(String... command) throws IOException {
    return feed("", command);
  }

  /** As {@link #run}, with this as its standard input. */
  static String feed(String input, String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try (InputStream out = process.getInputStream()) {
      String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException(List.of(command) + " ended with " + code + ": " + printed.strip());
      }
      return printed;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + List.of(command), e);
    }
  }

  /** Whether it runs and succeeds. */
  static boolean succeeds(String... command) {
    try {
      run(command);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
