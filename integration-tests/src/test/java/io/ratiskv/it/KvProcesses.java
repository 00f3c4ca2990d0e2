package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three servers, each a process of {@code kv}, and further commands of it. */
final class KvProcesses implements AutoCloseable {
  private static final String CLUSTER = "processes";

  private final Path folder;
  private final Map<String, Place> places = new TreeMap<>();
  private final Map<String, Process> processes = new TreeMap<>();
  private final KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(2));
  private int runs;

  /** Where a server is, under whatever id. */
  private record Place(String client, String raft) {}

  /** A command that has ended. */
  record Run(int exitCode, String output) {
    void refused() {
      assertThat(exitCode).as(output).isEqualTo(3);
    }
  }

  KvProcesses(Path folder) {
    this.folder = folder;
    Stream.of("n1", "n2", "n3").forEach(id -> places.put(id, new Place(port(), port())));
  }

  private static String port() {
    return "127.0.0.1:" + Ports.free();
  }

  /** Those that the cluster began with. */
  List<String> ids() {
    return List.copyOf(places.keySet());
  }

  String endpoint(String id) {
    return place(id).client();
  }

  private Place place(String id) {
    Place place = places.get(id.replaceFirst("-\\d+$", ""));
    if (place == null) {
      throw new IllegalArgumentException(id);
    }
    return place;
  }

  /** As it stands on the command line. */
  String member(String id) {
    return id + "=" + place(id).client() + "/" + place(id).raft();
  }

  void start(String id, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "server",
                "--id",
                id,
                "--cluster",
                CLUSTER,
                "--servers",
                ids().stream().map(this::member).collect(Collectors.joining(",")),
                "--data",
                folder.resolve(id).toString()));
    arguments.addAll(List.of(more));
    run(id, arguments);
  }

  /** Runs a command in a process that is called {@code name} here. */
  void run(String name, List<String> arguments) throws IOException {
    Files.deleteIfExists(outputFile(name));
    processes.put(name, launch(arguments, outputFile(name)));
  }

  private static Process launch(List<String> arguments, Path output) throws IOException {
    List<String> command = new ArrayList<>(KvProgram.command());
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  /** Runs a command to its end. */
  Run kv(String... arguments) {
    Path output = outputFile("command-" + runs++);
    try {
      Process process = launch(List.of(arguments), output);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("that kv ends").isTrue();
      return new Run(process.exitValue(), Files.readString(output));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The exit code of a server, once it has ended by itself. */
  int exitCode(String name) {
    Process process = processes.get(name);
    Eventually.until("that " + name + " ends", () -> !process.isAlive());
    return process.exitValue();
  }

  private Path outputFile(String name) {
    return folder.resolve(name + ".out");
  }

  String output(String name) throws IOException {
    return Files.readString(outputFile(name));
  }

  /** The words after {@code kv} in the last line that a server printed. */
  List<String> commandNamedBy(String name) throws IOException {
    return words(output(name), " rejoin --id ");
  }

  /** The command by which a server is started after it has rejoined. */
  List<String> commandAfterRejoin(String name) throws IOException {
    return words(output(name), " server --id ");
  }

  private static List<String> words(String output, String mark) {
    String line =
        output.lines().filter(found -> found.contains(mark)).reduce((a, b) -> b).orElseThrow();
    List<String> words = List.of(line.strip().split(" +"));
    return words.subList(1, words.size());
  }

  /** SIGKILL. */
  void kill(String name) {
    try {
      processes.get(name).destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Starts those of the first servers again that were killed, and were not replaced. */
  void restartDead(String... but) throws IOException {
    for (String id : ids()) {
      boolean runs =
          processes.entrySet().stream()
              .anyMatch(
                  entry -> entry.getValue().isAlive() && place(entry.getKey()).equals(place(id)));
      if (!runs && !List.of(but).contains(id)) {
        if (processes.containsKey(id + "-2")) {
          run(id + "-2", commandAfterRejoin(id + "-2"));
        } else {
          start(id);
        }
      }
    }
  }

  AsyncKvClient client() {
    return client(Eventually.PATIENCE);
  }

  AsyncKvClient client(Duration timeout) {
    return KvClient.builder()
        .endpoints(places.values().stream().map(Place::client).toList())
        .cluster(CLUSTER)
        .timeout(timeout)
        .buildAsync();
  }

  KvClient reader() {
    return KvClient.builder()
        .endpoints(places.values().stream().map(Place::client).toList())
        .timeout(Eventually.PATIENCE)
        .build();
  }

  private Optional<ServerStatus> status(Place place) {
    try {
      return Optional.of(admin.status(place.client()));
    } catch (KvException e) {
      return Optional.empty();
    }
  }

  /** The id under which the leader runs now. */
  String leader() {
    List<String> found = new ArrayList<>();
    Eventually.until(
        "a leader",
        () -> {
          places.values().stream()
              .flatMap(place -> status(place).stream())
              .filter(status -> status.role() == ServerStatus.Role.LEADER)
              .map(ServerStatus::server)
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /** One that isn't the leader, and that the leader has brought up to date. */
  String follower() {
    String leader = leader();
    String follower = ids().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    long index = status(place(leader)).map(ServerStatus::appliedIndex).orElse(1L);
    Eventually.until(
        "that " + follower + " has what the leader had",
        () -> status(place(follower)).filter(now -> now.appliedIndex() >= index).isPresent());
    return follower;
  }

  void awaitEqualDigests() {
    List<ServerStatus> all = new ArrayList<>();
    Eventually.until(
        "that all servers have applied equally much",
        () -> {
          all.clear();
          places.values().forEach(place -> status(place).ifPresent(all::add));
          return all.size() == places.size()
              && all.stream().mapToLong(ServerStatus::appliedIndex).distinct().count() == 1
              && all.stream().mapToLong(ServerStatus::digestIndex).distinct().count() == 1
              && all.stream().allMatch(status -> status.commitIndex() == status.appliedIndex());
        });
    assertThat(all.stream().map(ServerStatus::digest).distinct())
        .as("digests of %s", all)
        .hasSize(1);
  }

  @Override
  public void close() {
    admin.close();
    processes.values().forEach(Process::destroyForcibly);
    processes.values().forEach(process -> process.onExit().join());
  }
}
