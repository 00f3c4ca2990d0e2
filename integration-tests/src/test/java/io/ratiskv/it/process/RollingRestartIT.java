package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.AppendLoad;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.KvProgram;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are stopped and started one after the other, while clients go on. */
class RollingRestartIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir Path folder;

  private Processes servers;

  @BeforeEach
  void start() throws IOException {
    servers = Processes.start(folder.resolve("servers"));
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void noCallFailsWhileAllServersAreRestartedAndUpgraded() throws IOException {
    try (AppendLoad load =
            AppendLoad.startSlow(4, () -> servers.client().timeout(TIMEOUT).buildAsync());
        KvClient reader = servers.client().timeout(TIMEOUT).build()) {
      load.awaitMore(200);

      // Each in turn, the leader first; it hands its office on. To go on with programs from
      // elsewhere makes an upgrade of it.
      servers.runFrom(otherBuild());
      ServerProcess first = servers.leader();
      assertThat(restart(first, load)).contains("handed the office on to ");
      assertThat(reader.get("shared").found()).isTrue();
      for (ServerProcess other : servers.allBut(first)) {
        restart(other, load);
      }
      assertThat(reader.get("shared").found()).isTrue();

      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      servers.awaitEqualDigests();
      assertThat(servers.surprises()).isEmpty();
    }
  }

  @Test
  void anOperatorSaysWhoLeads() {
    try (AppendLoad load =
            AppendLoad.startSlow(2, () -> servers.client().timeout(TIMEOUT).buildAsync());
        KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE);
        KvClient reader = servers.client().build()) {
      load.awaitMore(100);
      ServerProcess before = servers.leader();
      ServerProcess next = servers.allBut(before).get(0);
      long term = before.status().map(ServerStatus::term).orElseThrow();
      admin.transferLeadership(before.endpoint(), next.id());
      assertThat(next.leads()).isTrue();
      // One election, and nobody waited for a timeout before it.
      assertThat(next.status().map(ServerStatus::term)).contains(term + 1);
      load.awaitMore(100);
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
    }
  }

  /**
   * SIGTERM, and the same again; then as an operator waits: until it has what the others have.
   *
   * @return what it said at its end
   */
  private String restart(ServerProcess server, AppendLoad load) throws IOException {
    server.stop();
    String lastWords = server.lastWords();
    servers.start(server);
    servers.awaitUp(server);
    long index = servers.leader().status().map(ServerStatus::commitIndex).orElse(1L);
    Eventually.until(
        server.id() + " has caught up",
        () -> server.status().filter(now -> now.appliedIndex() >= index).isPresent());
    load.awaitMore(100);
    return lastWords;
  }

  /** A copy of our own programs; the libraries are where they were. */
  private String otherBuild() throws IOException {
    Path build = Files.createDirectory(folder.resolve("build"));
    List<String> entries = Arrays.asList(KvProgram.classPath().split(File.pathSeparator, -1));
    StringBuilder moved = new StringBuilder();
    for (int i = 0; i < entries.size(); i++) {
      Path entry = Path.of(entries.get(i));
      Path copy = build.resolve(String.valueOf(i));
      if (!entry.toString().matches(".*/kv-[a-z]+/target/.*")) {
        copy = entry;
      } else if (Files.isDirectory(entry)) {
        Processes.copy(entry, copy);
      } else {
        copy = Files.copy(entry, build.resolve(i + ".jar"));
      }
      moved.append(i == 0 ? "" : File.pathSeparator).append(copy);
    }
    assertThat(build.toFile().list()).isNotEmpty();
    return moved.toString();
  }
}
