package io.ratiskv.benchmarks.etcd;

import io.ratiskv.cli.bench.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Three servers on this machine, each a process, on an empty folder. */
abstract class Cluster implements AutoCloseable {
  static final int SERVERS = 3;
  private static final Duration READY = Duration.ofSeconds(60);

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  /** {@code folder} is made, and must not be there yet. */
  Cluster(Path folder) {
    this.folder = folder;
  }

  /** The command of a server, from 0; it keeps all that it has in the folder. */
  abstract List<String> command(int server, Path data);

  /** Another client. */
  abstract Target connect();

  /** Returns when a write is answered. */
  final void start() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    for (int server = 0; server < SERVERS; server++) {
      Path log = folder.resolve(server + ".log");
      processes.add(
          new ProcessBuilder(command(server, folder.resolve(Integer.toString(server))))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start());
    }
    long end = System.nanoTime() + READY.toNanos();
    while (!answers()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("the servers don't answer; see " + folder);
      }
      for (Process process : processes) {
        if (!process.isAlive()) {
          throw new IOException("a server has ended; see " + folder);
        }
      }
    }
  }

  private boolean answers() throws InterruptedException {
    try (Target target = connect()) {
      target.put(new byte[] {'k'}, new byte[] {'v'}).get(5, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  final List<ProcessHandle> processes() {
    return processes.stream().map(Process::toHandle).toList();
  }

  @Override
  public final void close() {
    processes.forEach(Process::destroy);
    for (Process process : processes) {
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}
