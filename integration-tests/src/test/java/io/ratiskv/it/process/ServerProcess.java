package io.ratiskv.it.process;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@link Processes}: {@code kv server} in a process of its own. It ends when this
 * JVM does.
 *
 * <p>Safe for several threads as far as they ask; one at a time starts and ends it.
 */
public final class ServerProcess {
  /** More than an answer takes on a busy machine. */
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private final String id;
  private final Placement placement;
  private final int clientPort;
  private final int raftPort;
  private final Path output;
  private final List<String> ends = new ArrayList<>();
  private final KvAdmin admin = KvAdmin.withTimeout(ANSWER);

  private volatile @Nullable Life life;
  private volatile boolean paused;
  private volatile int starts;
  private volatile long outputStart;

  /** From a start to its end, and the exit codes that are meant. */
  private record Life(Process process, Set<Integer> meantEnds) {}

  ServerProcess(String id, Placement placement, int clientPort, int raftPort, Path output) {
    this.id = id;
    this.placement = placement;
    this.clientPort = clientPort;
    this.raftPort = raftPort;
    this.output = output;
  }

  public String id() {
    return id;
  }

  public Placement placement() {
    return placement;
  }

  public Path data() {
    return placement.data();
  }

  /** Where clients connect, also while it is down. */
  public String endpoint() {
    return placement.host() + ":" + clientPort;
  }

  /** As it stands on the command line of all servers. */
  String member() {
    return id + "=" + endpoint() + "/" + placement.host() + ":" + raftPort;
  }

  /** How often it was started. */
  public int starts() {
    return starts;
  }

  /** Starts it; an end with one of these exit codes is meant from the beginning. */
  synchronized void start(List<String> command, Set<Integer> meantEnds) throws IOException {
    if (isRunning()) {
      throw new IllegalStateException(id + " is running");
    }
    List<String> all = new ArrayList<>(placement.prefix());
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(placement.environment());
    outputStart = Files.exists(output) ? Files.size(output) : 0;
    paused = false;
    starts++;
    Life started = new Life(builder.start(), ConcurrentHashMap.newKeySet());
    started.meantEnds().addAll(meantEnds);
    life = started;
    var unused = started.process().onExit().thenAccept(ended -> noteEnd(started));
  }

  private synchronized void noteEnd(Life ended) {
    int code = ended.process().exitValue();
    if (!ended.meantEnds().contains(code)) {
      ends.add(id + " ended with exit code " + code + ": " + lastWords());
    }
  }

  /** One more exit code that the end of the running process may have. */
  public void expectEnd(int code) {
    life().meantEnds().add(code);
  }

  /** Ends that nobody meant, each with its exit code and the process's last words. */
  public synchronized List<String> surprises() {
    return List.copyOf(ends);
  }

  private Life life() {
    Life now = life;
    if (now == null) {
      throw new IllegalStateException(id + " was not started");
    }
    return now;
  }

  private Process process() {
    return life().process();
  }

  public long pid() {
    return process().pid();
  }

  public boolean isRunning() {
    Life now = life;
    return now != null && now.process().isAlive();
  }

  public boolean isPaused() {
    return paused && isRunning();
  }

  /** SIGKILL, without waiting for the end. */
  public void shoot() {
    expectEnd(128 + 9);
    process().destroyForcibly();
  }

  /** SIGKILL. */
  public void kill() {
    shoot();
    awaitEnd(Duration.ofSeconds(30));
  }

  /** SIGTERM: it ends by itself. */
  public void stop() {
    expectEnd(0);
    process().destroy();
    awaitEnd(Duration.ofSeconds(30));
  }

  /** SIGSTOP: it doesn't notice. */
  public void pause() throws IOException {
    paused = true;
    Shell.run("kill", "-STOP", String.valueOf(pid()));
  }

  /** SIGCONT. */
  public void resume() throws IOException {
    Shell.run("kill", "-CONT", String.valueOf(pid()));
    paused = false;
  }

  /**
   * Waits until the process has ended.
   *
   * @return its exit code
   * @throws AssertionError if it goes on for longer
   */
  public int awaitEnd(Duration patience) {
    OptionalInt code = endWithin(patience);
    if (code.isEmpty()) {
      throw new AssertionError(id + " has not ended in " + patience + ": " + lastWords());
    }
    return code.getAsInt();
  }

  /** Waits until the process has ended; empty if it goes on. */
  public OptionalInt endWithin(Duration patience) {
    Process now = process();
    try {
      return now.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)
          ? OptionalInt.of(now.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As it sees the cluster and itself; empty if it is down, paused, or doesn't answer. */
  public Optional<ServerStatus> status() {
    if (!isRunning() || paused) {
      return Optional.empty();
    }
    try {
      return Optional.of(admin.status(endpoint()));
    } catch (KvException e) {
      return Optional.empty();
    }
  }

  public boolean leads() {
    return status().filter(status -> status.role() == ServerStatus.Role.LEADER).isPresent();
  }

  /** All that it ever printed. */
  public String output() throws IOException {
    return Files.exists(output) ? Files.readString(output) : "";
  }

  /** What it printed since it was last started. */
  public String lastWords() {
    try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
      byte[] bytes = new byte[(int) Math.max(0, file.length() - outputStart)];
      file.seek(outputStart);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(its output can't be read: " + e.getMessage() + ")";
    }
  }

  /** In a line: whether it runs, and how it sees the cluster. */
  String describe() {
    Life now = life;
    if (now != null && !now.process().isAlive()) {
      return id + " ended with exit code " + now.process().exitValue();
    }
    return status()
        .map(
            status ->
                "%s %s of term %d, led by %s, applied %d of %d"
                    .formatted(
                        id,
                        status.role(),
                        status.term(),
                        status.leader(),
                        status.appliedIndex(),
                        status.commitIndex()))
        .orElse(this + " doesn't answer");
  }

  void close() {
    admin.close();
    if (life != null) {
      kill();
    }
  }

  @Override
  public String toString() {
    return id + (isPaused() ? " (paused)" : isRunning() ? "" : " (down)");
  }
}
