package io.ratiskv.it.chaos;

import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.it.process.Processes;
import io.ratiskv.it.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Three servers, each in a process of its own, on files of this machine. */
final class ProcessCluster implements ChaosCluster {
  private static final Pattern SNAPSHOT = Pattern.compile("snapshot\\.\\d+_(\\d+)");

  private final Path folder;
  private final ProcessSetting setting;
  private final Processes processes;
  private final Map<String, Long> restored = new ConcurrentHashMap<>();
  private boolean keepData;

  private ProcessCluster(Path folder, ProcessSetting setting, Processes processes) {
    this.folder = folder;
    this.setting = setting;
    this.processes = processes;
  }

  static ProcessCluster start(ProcessSetting setting) throws IOException {
    Path root = Files.createDirectories(Path.of("target", "chaos").toAbsolutePath());
    Path folder = Files.createTempDirectory(root, "processes-");
    Processes processes = null;
    try {
      processes = Processes.start(folder, setting::place);
      processes.leader();
      return new ProcessCluster(folder, setting, processes);
    } catch (IOException | RuntimeException | AssertionError e) {
      try {
        if (processes != null) {
          processes.close();
        }
      } finally {
        setting.close();
      }
      throw e;
    }
  }

  Processes processes() {
    return processes;
  }

  @Override
  public String name() {
    return Processes.CLUSTER;
  }

  @Override
  public List<String> ids() {
    return Processes.IDS;
  }

  @Override
  public String endpoint(String id) {
    return processes.get(id).endpoint();
  }

  @Override
  public Optional<ServerStatus> status(String id) {
    return processes.get(id).status();
  }

  @Override
  public Optional<String> leader() {
    return processes.leaderNow().map(ServerProcess::id);
  }

  /** The leader; while there is none, any server. */
  ServerProcess leaderOrAny(Random random) {
    ServerProcess any = any(random);
    return processes.leaderNow().orElse(any);
  }

  ServerProcess any(Random random) {
    return processes.all().get(random.nextInt(Processes.IDS.size()));
  }

  /** Starts a server that is down, and waits until it answers. */
  void start(ServerProcess server) throws IOException {
    restored.put(server.id(), newestSnapshot(server));
    processes.start(server);
    processes.awaitUp(server);
  }

  /** Starts those that are down, all at once. */
  void start(List<ServerProcess> down) throws IOException {
    for (ServerProcess server : down) {
      restored.put(server.id(), newestSnapshot(server));
      processes.start(server);
    }
    down.forEach(processes::awaitUp);
  }

  private static long newestSnapshot(ServerProcess server) throws IOException {
    try (Stream<Path> files = Files.walk(server.data())) {
      return files
          .map(file -> SNAPSHOT.matcher(String.valueOf(file.getFileName())))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)))
          .max()
          .orElse(0);
    }
  }

  @Override
  public long restoredIndex(String id) {
    return restored.getOrDefault(id, 0L);
  }

  @Override
  public List<Fault> faults() {
    return setting.faults(this);
  }

  @Override
  public void awaitWhole() {
    processes.leader();
    processes.awaitEqualDigests();
  }

  @Override
  public void report(Coverage coverage) {
    for (ServerProcess server : processes.all()) {
      coverage.add(Event.RESTART, server.starts() - 1L);
    }
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder("data and output in " + folder);
    for (ServerProcess server : processes.all()) {
      text.append('\n').append(server).append(": ").append(server.status());
    }
    return text.toString();
  }

  @Override
  public void keepData() {
    keepData = true;
  }

  @Override
  public void close() throws IOException {
    List<String> surprises = processes.surprises();
    try {
      processes.close();
    } finally {
      closeSetting(keepData || !surprises.isEmpty());
    }
    if (!surprises.isEmpty()) {
      throw new AssertionError(String.join("\n", surprises) + "\ndata and output in " + folder);
    }
    if (!keepData) {
      Processes.delete(folder);
    }
  }

  private void closeSetting(boolean keep) throws IOException {
    try {
      if (keep) {
        setting.keepData(folder);
      }
    } finally {
      setting.close();
    }
  }
}
