package io.ratiskv.cli;

import io.ratiskv.cli.config.Settings;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server in a child process. It ends by itself when this process is gone, however that ended: it
 * then reads the end of its standard input.
 */
final class ChildServer {
  private static final long STOP_SECONDS = 10;
  private static final int LAST_WORDS_BYTES = 1000;

  private final Process process;
  private final Path log;

  /** Where in the file this process began to write. */
  private final long logStart;

  private ChildServer(Process process, Path log, long logStart) {
    this.process = process;
    this.log = log;
    this.logStart = logStart;
  }

  static ChildServer start(List<String> arguments, Path log) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--until-stdin-ends");
    long logStart = Files.exists(log) ? Files.size(log) : 0;
    ProcessBuilder builder =
        new ProcessBuilder(JavaCommand.of(all))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Settings.clear(builder.environment());
    return new ChildServer(builder.start(), log, logStart);
  }

  long pid() {
    return process.pid();
  }

  ProcessHandle process() {
    return process.toHandle();
  }

  /** Completed with the exit code. */
  CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** The end of what it has printed. */
  String lastWords() {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long start = Math.max(logStart, file.length() - LAST_WORDS_BYTES);
      byte[] bytes = new byte[(int) (file.length() - start)];
      file.seek(start);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(its log can't be read: " + e.getMessage() + ")";
    }
  }

  void tellToEnd() {
    process.destroy();
  }

  void awaitEnd() {
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
