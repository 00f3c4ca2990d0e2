package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.it.AppendLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
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
    try (AppendLoad load = AppendLoad.start(4, 1_000_000, servers::asyncClient);
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
    try (AppendLoad load = AppendLoad.start(4, 1_000_000, servers::asyncClient);
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
