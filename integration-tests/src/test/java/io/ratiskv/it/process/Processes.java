package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.KvProgram;
import io.ratiskv.it.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * A cluster of three server processes. Its log is short, so that snapshots are part of its life.
 */
public final class Processes implements AutoCloseable {
  public static final String CLUSTER = "processes";
  public static final List<String> IDS = List.of("n1", "n2", "n3");

  private static final String SNAPSHOT_BYTES = String.valueOf(256 << 10);

  private final Map<String, ServerProcess> servers = new TreeMap<>();
  private String classPath = KvProgram.classPath();
  private final Thread lastHelp = new Thread(this::end, "processes-end");

  private Processes(Path folder, BiFunction<String, Path, Placement> places) throws IOException {
    Files.createDirectories(folder);
    for (String id : IDS) {
      Placement placement = places.apply(id, folder.resolve(id));
      servers.put(
          id,
          new ServerProcess(
              id, placement, Ports.free(), Ports.free(), folder.resolve(id + ".out")));
    }
    Runtime.getRuntime().addShutdownHook(lastHelp);
    ServersTell.add(this);
  }

  /** Starts three servers, their data and output in {@code folder}. */
  public static Processes start(Path folder) throws IOException {
    return start(folder, (id, data) -> Placement.plain(data));
  }

  /**
   * Starts three servers.
   *
   * @param folder for their output
   * @param places where each runs, by its id and the folder that it would have
   */
  public static Processes start(Path folder, BiFunction<String, Path, Placement> places)
      throws IOException {
    Processes processes = new Processes(folder, places);
    try {
      for (ServerProcess server : processes.all()) {
        processes.start(server);
      }
      return processes;
    } catch (IOException | RuntimeException e) {
      processes.close();
      throw e;
    }
  }

  /** From now on servers are started with this class path. */
  void runFrom(String otherClassPath) {
    classPath = otherClassPath;
  }

  /**
   * Starts a server that is down.
   *
   * @param meantEnds exit codes that its end may have
   */
  public void start(ServerProcess server, Integer... meantEnds) throws IOException {
    server.start(command(server), Set.of(meantEnds));
  }

  private List<String> command(ServerProcess server) {
    List<String> command = new ArrayList<>(KvProgram.command(classPath));
    command.addAll(List.of("server", "--id", server.id(), "--cluster", CLUSTER));
    command.addAll(
        List.of(
            "--servers",
            all().stream().map(ServerProcess::member).collect(Collectors.joining(","))));
    command.addAll(List.of("--data", server.data().toString()));
    command.addAll(List.of("--snapshot-log-bytes", SNAPSHOT_BYTES, "--until-stdin-ends"));
    // Some have a network of their own.
    command.add("--insecure-plain-text");
    return command;
  }

  public List<ServerProcess> all() {
    return List.copyOf(servers.values());
  }

  public ServerProcess get(String id) {
    ServerProcess server = servers.get(id);
    if (server == null) {
      throw new IllegalArgumentException("no server " + id);
    }
    return server;
  }

  /** Those that are not {@code other}. */
  public List<ServerProcess> allBut(ServerProcess other) {
    return all().stream().filter(server -> server != other).toList();
  }

  /** Who leads, in the latest term that anybody knows; empty while nobody does. */
  public Optional<ServerProcess> leaderNow() {
    ServerProcess leader = null;
    long term = -1;
    for (ServerProcess server : all()) {
      ServerStatus status = server.status().orElse(null);
      if (status != null && status.role() == ServerStatus.Role.LEADER && status.term() > term) {
        leader = server;
        term = status.term();
      }
    }
    return Optional.ofNullable(leader);
  }

  public ServerProcess leader() {
    List<ServerProcess> found = new ArrayList<>();
    Eventually.until(
        "a leader",
        () -> {
          leaderNow().ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /** One that isn't the leader, and that the leader has brought up to date. */
  public ServerProcess follower() {
    ServerProcess leader = leader();
    ServerProcess follower = allBut(leader).get(0);
    long index = leader.status().map(ServerStatus::appliedIndex).orElse(1L);
    Eventually.until(
        follower.id() + " has what the leader had",
        () -> follower.status().filter(now -> now.appliedIndex() >= index).isPresent());
    return follower;
  }

  /** Asks all servers, and waits for an answer for as long as tests wait. */
  public KvClientBuilder client() {
    return KvClient.builder()
        .endpoints(all().stream().map(ServerProcess::endpoint).toList())
        .cluster(CLUSTER)
        .timeout(Eventually.PATIENCE);
  }

  public AsyncKvClient asyncClient() {
    return client().buildAsync();
  }

  /** Waits until a server answers. */
  public void awaitUp(ServerProcess server) {
    Eventually.until(
        server.id() + " answers",
        () -> {
          if (!server.isRunning()) {
            throw new AssertionError(server.id() + " has ended: " + server.lastWords());
          }
          return server.status().isPresent();
        });
  }

  /**
   * Waits until all servers have applied equally much, and holds their digests against another. A
   * server reads what it has applied and its digest at different moments; a digest and its index
   * belong together.
   */
  public void awaitEqualDigests() {
    List<ServerStatus> all = new ArrayList<>();
    Eventually.eventually(
        "that all servers have applied equally much",
        () -> {
          all.clear();
          servers.values().forEach(server -> server.status().ifPresent(all::add));
          assertThat(all).hasSameSizeAs(servers.values());
          assertThat(all)
              .allMatch(status -> status.commitIndex() == status.appliedIndex())
              .extracting(ServerStatus::appliedIndex)
              .containsOnly(all.get(0).appliedIndex());
          assertThat(all)
              .extracting(ServerStatus::digestIndex)
              .containsOnly(all.get(0).digestIndex());
        });
    assertThat(all.stream().map(ServerStatus::digest).distinct())
        .as("digests of %s", all)
        .hasSize(1);
  }

  /** The ends of servers that nobody meant. */
  public List<String> surprises() {
    return all().stream().flatMap(server -> server.surprises().stream()).toList();
  }

  /** A server's newest file whose name begins so, in the order of names. */
  public static Optional<Path> newest(ServerProcess server, String nameBegins) throws IOException {
    try (var files = Files.walk(server.data())) {
      return files
          .filter(path -> String.valueOf(path.getFileName()).startsWith(nameBegins))
          .max(Comparator.naturalOrder());
    }
  }

  /** Copies a folder with all that is in it. */
  public static void copy(Path from, Path to) throws IOException {
    Rot.copy(from, to);
  }

  /** Deletes a folder with all that is in it. */
  public static void delete(Path folder) throws IOException {
    Rot.delete(folder);
  }

  /** Goes on to the next one where one won't end, and tells in the end. */
  private void end() {
    AssertionError stuck = new AssertionError("servers that did not end");
    for (ServerProcess server : all()) {
      try {
        server.close();
      } catch (RuntimeException | AssertionError e) {
        stuck.addSuppressed(e);
      }
    }
    if (stuck.getSuppressed().length > 0) {
      throw stuck;
    }
  }

  /** Kills all servers. Their files stay. */
  @Override
  public void close() {
    try {
      end();
    } finally {
      ServersTell.remove(this);
      Hooks.remove(lastHelp);
    }
  }
}
