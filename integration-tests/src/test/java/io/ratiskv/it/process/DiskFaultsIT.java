package io.ratiskv.it.process;

import static io.ratiskv.it.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.it.AppendLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk is full, or fails once and then says that all is well. The server on it ends itself, with
 * the exit code that says so; the others go on, and no call fails.
 */
@ExtendWith(ServersTell.class)
class DiskFaultsIT {
  /** As {@code kv --help} has it: its log can't be written. */
  private static final int LOG_FAILED = 20;

  private static final int MEGABYTES = 16;

  /** From the first write that fails; more than it takes on a busy machine. */
  private static final Duration NOTICED = Duration.ofSeconds(10);

  @TempDir Path folder;

  private SmallDisks disks;
  private Processes servers;

  @BeforeEach
  void start() throws IOException {
    Tool.TMPFS.require();
    disks = new SmallDisks();
    servers = Processes.start(folder, this::place);
  }

  private Placement place(String id, Path data) {
    try {
      return disks.place(Placement.plain(data), id, MEGABYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    if (servers != null) {
      servers.close();
    }
    if (disks != null) {
      disks.close();
    }
  }

  @Test
  void aServerWhoseDiskIsFullEndsAndComesBackWhenThereIsRoom() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, servers::asyncClient);
        KvClient kv = servers.client().build()) {
      load.awaitMore(200);
      for (ServerProcess server : new ServerProcess[] {servers.leader(), servers.follower()}) {
        server.expectEnd(LOG_FAILED);
        disks.fill(server.id());
        enlarge(kv);
        assertThat(server.awaitEnd(NOTICED)).as("exit code").isEqualTo(LOG_FAILED);
        assertThat(server.lastWords()).contains("LOG_FAILED");

        // The others go on; it doesn't start without room, and does with it.
        load.awaitMore(100);
        disks.free(server.id());
        servers.start(server);
        servers.awaitUp(server);
        load.awaitMore(100);
      }
      verify(load, kv);
    }
  }

  @Test
  void aServerDoesNotBelieveAnFsyncThatFailedOnce() throws IOException {
    Tool.STRACE.require();
    try (AppendLoad load = AppendLoad.start(4, servers::asyncClient);
        KvClient kv = servers.client().build()) {
      load.awaitMore(200);
      for (ServerProcess server : new ServerProcess[] {servers.leader(), servers.follower()}) {
        server.expectEnd(LOG_FAILED);
        try (FailingDisk disk = FailingDisk.of(server)) {
          assertThat(server.awaitEnd(NOTICED)).as("exit code, %s", disk).isEqualTo(LOG_FAILED);
        }
        load.awaitMore(100);
        servers.start(server);
        servers.awaitUp(server);
        load.awaitMore(100);
      }
      verify(load, kv);
    }
  }

  /** Ratis leaves the file of the term and the vote empty then, with which no server starts. */
  @Test
  void aServerThatCannotWriteItsVoteKeepsWhatItPromised() throws IOException {
    Tool.STRACE.require();
    try (AppendLoad load = AppendLoad.start(4, servers::asyncClient);
        KvClient kv = servers.client().build()) {
      load.awaitMore(200);
      ServerProcess leader = servers.leader();
      ServerProcess voter = servers.follower();
      try (FailingDisk disk = FailingDisk.withoutRoomFor(voter, temporary(voter, "raft-meta"))) {
        leader.kill();
        // For a moment: each time that it stands, the file is left empty again.
        eventually(
            "vote is put back",
            () -> {
              assertThat(voter.output()).contains("they were put back");
              assertThat(Files.readString(file(voter, "raft-meta")))
                  .as("%s", disk)
                  .contains("votedFor=" + voter.id());
            });
      }
      eventually(
          "the last vote is put back, or written",
          () -> assertThat(Files.readString(file(voter, "raft-meta"))).contains("votedFor="));
      voter.kill();
      servers.start(voter);
      servers.awaitUp(voter);
      load.awaitMore(100);
      servers.start(leader);
      servers.awaitUp(leader);
      verify(load, kv);
    }
  }

  /** Likewise; and where its log is shortened, they stand nowhere else. */
  @Test
  void aServerThatCannotWriteTheMembersKeepsThem() throws IOException {
    Tool.STRACE.require();
    try (AppendLoad load = AppendLoad.start(4, servers::asyncClient);
        KvClient kv = servers.client().build()) {
      load.awaitMore(200);
      ServerProcess leader = servers.leader();
      ServerProcess server = servers.follower();
      try (FailingDisk disk =
          FailingDisk.withoutRoomFor(server, temporary(server, "raft-meta.conf"))) {
        // Each leader begins with an entry that has the members.
        leader.kill();
        eventually(
            "no room for the members",
            () -> assertThat(server.output()).contains("Failed writing configuration"));
        eventually(
            "members are put back",
            () -> assertThat(file(server, "raft-meta.conf")).as("%s", disk).isNotEmptyFile());
        server.kill();
      }
      servers.start(server);
      servers.awaitUp(server);
      load.awaitMore(100);
      servers.start(leader);
      servers.awaitUp(leader);
      verify(load, kv);
    }
  }

  /** One of the two that Ratis keeps beside its log. */
  private static Path file(ServerProcess server, String name) throws IOException {
    try (Stream<Path> groups = Files.list(server.data().resolve("raft"))) {
      return groups.findAny().orElseThrow().resolve("current").resolve(name);
    }
  }

  private static Path temporary(ServerProcess server, String name) throws IOException {
    return file(server, name + ".tmp").toAbsolutePath();
  }

  /** So much that the log needs another file. */
  private static void enlarge(KvClient kv) {
    for (int i = 0; i < 12; i++) {
      kv.put("large", "x".repeat(20_000));
    }
  }

  private void verify(AppendLoad load, KvClient kv) {
    load.stop();
    assertThat(load.failures()).isEmpty();
    load.verify(kv);
    servers.awaitEqualDigests();
    assertThat(servers.surprises()).isEmpty();
  }
}
