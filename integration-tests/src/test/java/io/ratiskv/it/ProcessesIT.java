package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.ratis.util.NetUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that are killed without notice, as {@code kill -9} does. */
class ProcessesIT {
  private static final String CLUSTER = "processes";
  private static final int SNAPSHOT_BYTES = 256 << 10;

  @TempDir Path folder;

  private final Map<String, Server> servers = new TreeMap<>();
  private final KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(2));

  /** One of them, and its ports. */
  private final class Server {
    final String id;
    final int clientPort = NetUtils.getFreePort();
    final int raftPort = NetUtils.getFreePort();
    Process process;

    Server(String id) {
      this.id = id;
    }

    String endpoint() {
      return "127.0.0.1:" + clientPort;
    }

    Path output() {
      return folder.resolve(id + ".out");
    }

    void start() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
      String logging = System.getProperty("logback.configurationFile");
      if (logging != null) {
        command.add("-Dlogback.configurationFile=" + logging);
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(ServerMain.class.getName());
      command.addAll(
          List.of(CLUSTER, id, folder.resolve(id).toString(), String.valueOf(SNAPSHOT_BYTES)));
      servers
          .values()
          .forEach(peer -> command.add(peer.id + "=" + peer.clientPort + "/" + peer.raftPort));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
              .start();
    }

    /** SIGKILL. */
    void kill() {
      try {
        process.destroyForcibly().waitFor();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    Optional<ServerStatus> status() {
      if (!process.isAlive()) {
        return Optional.empty();
      }
      try {
        return Optional.of(admin.status(endpoint()));
      } catch (KvException e) {
        return Optional.empty();
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    Stream.of("n1", "n2", "n3").forEach(id -> servers.put(id, new Server(id)));
    for (Server server : servers.values()) {
      server.start();
    }
  }

  @AfterEach
  void stop() {
    admin.close();
    servers.values().stream().filter(server -> server.process != null).forEach(Server::kill);
  }

  private AsyncKvClient client() {
    return KvClient.builder()
        .endpoints(servers.values().stream().map(Server::endpoint).toList())
        .cluster(CLUSTER)
        .timeout(Eventually.PATIENCE)
        .buildAsync();
  }

  private Server leader() {
    List<Server> found = new ArrayList<>();
    Eventually.until(
        "a leader",
        () -> {
          servers.values().stream()
              .filter(
                  server ->
                      server
                          .status()
                          .filter(status -> status.role() == ServerStatus.Role.LEADER)
                          .isPresent())
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  private void awaitEqualDigests() {
    List<ServerStatus> all = new ArrayList<>();
    Eventually.until(
        "that all servers have applied equally much",
        () -> {
          all.clear();
          servers.values().forEach(server -> server.status().ifPresent(all::add));
          return all.size() == servers.size()
              && all.stream().mapToLong(ServerStatus::appliedIndex).distinct().count() == 1
              && all.stream().allMatch(status -> status.commitIndex() == status.appliedIndex());
        });
    assertThat(all.stream().map(ServerStatus::digest).distinct())
        .as("digests of %s", all)
        .hasSize(1);
  }

  private String output() throws IOException {
    StringBuilder text = new StringBuilder();
    for (Server server : servers.values()) {
      text.append(Files.readString(server.output()));
    }
    return text.toString();
  }

  @Test
  void killedLeaderAndKilledClusterLoseNothing() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, this::client);
        AsyncKvClient reader = client();
        KvClient kv = KvClient.builder().endpoints(leader().endpoint()).build()) {
      load.awaitMore(500);

      // The leader is killed half-way, the clients go on, and it comes back.
      Server leader = leader();
      leader.kill();
      load.awaitMore(300);
      leader.start();
      load.awaitMore(300);

      // So with a follower.
      Server follower =
          servers.values().stream().filter(server -> server != leader()).findAny().orElseThrow();
      follower.kill();
      load.awaitMore(200);
      follower.start();
      load.awaitMore(200);

      // All of them are killed at once, with writes under way.
      servers.values().forEach(server -> server.process.destroyForcibly());
      servers.values().forEach(Server::kill);
      for (Server server : servers.values()) {
        server.start();
      }
      load.awaitMore(300);

      // What was answered holds, byte for byte.
      load.stop();
      assertThat(load.failures()).isEmpty();
      assertThat(reader.get("shared").join().found()).isTrue();
      load.verify(kv);
      awaitEqualDigests();
      assertThat(output()).doesNotContain("FAILED:");
    }
  }

  @Test
  void aTornEntryAtTheEndOfTheLogIsTrimmed() throws IOException {
    try (AppendLoad load = AppendLoad.start(2, this::client);
        KvClient kv = KvClient.builder().endpoints(leader().endpoint()).build()) {
      load.awaitMore(200);
      load.stop();
      awaitEqualDigests();

      // All are killed; of one the end of the last log entry never reached the disk.
      servers.values().forEach(Server::kill);
      Server torn = servers.get("n2");
      long zeroed = zeroTail(openSegment(torn), 6);
      assertThat(zeroed).isPositive();
      for (Server server : servers.values()) {
        server.start();
      }

      // It says so, starts, and gets the entry from the others.
      Eventually.until(
          "that it tells of the torn entry",
          () -> Files.readString(torn.output()).contains("was cut short by a crash"));
      awaitEqualDigests();
      load.verify(kv);
    }
  }

  private File openSegment(Server server) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(server.id))) {
      return files
          .filter(path -> path.getFileName().toString().startsWith("log_inprogress_"))
          .max(Comparator.naturalOrder())
          .orElseThrow()
          .toFile();
    }
  }

  /**
   * Replaces the last bytes that aren't zero by zeros.
   *
   * @return the offset of the first
   */
  private static long zeroTail(File file, int bytes) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file, "rw")) {
      long end = access.length();
      do {
        end--;
        access.seek(end);
      } while (end > 0 && access.read() == 0);
      long from = end + 1 - bytes;
      access.seek(from);
      access.write(new byte[bytes]);
      return from;
    }
  }
}
