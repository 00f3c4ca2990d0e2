package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvClient;
import io.ratiskv.it.AppendLoad;
import io.ratiskv.it.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that are killed without notice, as {@code kill -9} does. */
@ExtendWith(ServersTell.class)
class ProcessesIT {
  @TempDir Path folder;

  private Processes servers;

  @BeforeEach
  void start() throws IOException {
    servers = Processes.start(folder);
  }

  @AfterEach
  void stop() {
    servers.close();
  }

  @Test
  void killedLeaderAndKilledClusterLoseNothing() throws IOException {
    try (AppendLoad load = AppendLoad.start(4, servers::asyncClient);
        AsyncKvClient reader = servers.asyncClient();
        KvClient kv = KvClient.builder().endpoints(servers.leader().endpoint()).build()) {
      load.awaitMore(500);

      // The leader is killed half-way, the clients go on, and it comes back.
      ServerProcess leader = servers.leader();
      leader.kill();
      load.awaitMore(300);
      servers.start(leader);
      load.awaitMore(300);

      // So with a follower.
      ServerProcess follower = servers.follower();
      follower.kill();
      load.awaitMore(200);
      servers.start(follower);
      load.awaitMore(200);

      // All of them are killed at once, with writes under way.
      servers.all().forEach(ServerProcess::shoot);
      servers.all().forEach(ServerProcess::kill);
      for (ServerProcess server : servers.all()) {
        servers.start(server);
      }
      load.awaitMore(300);

      // What was answered holds, byte for byte.
      load.stop();
      assertThat(load.failures()).isEmpty();
      assertThat(reader.get("shared").join().found()).isTrue();
      load.verify(kv);
      servers.awaitEqualDigests();
      assertThat(servers.surprises()).isEmpty();
    }
  }

  @Test
  void aTornEntryAtTheEndOfTheLogIsTrimmed() throws IOException {
    try (AppendLoad load = AppendLoad.start(2, servers::asyncClient);
        KvClient kv = KvClient.builder().endpoints(servers.leader().endpoint()).build()) {
      load.awaitMore(200);
      load.stop();
      servers.awaitEqualDigests();

      // All are killed; of one the end of the last log entry never reached the disk.
      servers.all().forEach(ServerProcess::kill);
      ServerProcess torn = servers.get("n2");
      long zeroed = zeroTail(Processes.newest(torn, "log_inprogress_").orElseThrow().toFile(), 6);
      assertThat(zeroed).isPositive();
      for (ServerProcess server : servers.all()) {
        servers.start(server);
      }

      // It says so, starts, and gets the entry from the others.
      Eventually.until(
          "that it tells of the torn entry",
          () -> torn.output().contains("was cut short by a crash"));
      servers.awaitEqualDigests();
      load.verify(kv);
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
