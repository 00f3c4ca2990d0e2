package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.server.raftlog.segmented.SegmentedRaftLogOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ratis's writer, killed in the midst of it: all that it flushed is there. */
class KilledWriterTest {
  private static final int KILLS = Integer.getInteger("kills", 2);

  /** Writes entries in batches of some megabytes, and prints the last index after each flush. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Random random = new Random(Long.parseLong(arguments[1]));
    ByteBuffer buffer = ByteBuffer.allocateDirect(8 << 20);
    // Made once, so that most of the time goes into writing.
    byte[] data = new byte[500_000];
    random.nextBytes(data);
    long index = 0;
    try (SegmentedRaftLogOutputStream out =
        new SegmentedRaftLogOutputStream(file.toFile(), false, 512 << 20, 4 << 20, buffer)) {
      while (index < 200) {
        int entries = 1 + random.nextInt(12);
        for (int i = 0; i < entries; i++) {
          out.write(RatisSegment.entry(index++, data));
        }
        out.flush();
        System.out.println(index - 1);
      }
    }
  }

  @Test
  void flushedEntriesSurviveKill(@TempDir Path root) throws IOException, InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    int torn = 0;
    for (int i = 0; i < KILLS; i++) {
      Path folder = Files.createDirectory(root.resolve("kill" + i));
      Path file = folder.resolve("log_inprogress_0");
      long flushed = -1;
      try (ChildProcess writer =
          ChildProcess.start(
              KilledWriterTest.class, file.toString(), Long.toString(random.nextLong()))) {
        int flushes = 1 + random.nextInt(5);
        for (int j = 0; j < flushes; j++) {
          flushed = Long.parseLong(String.valueOf(writer.readLine()));
        }
        Thread.sleep(random.nextInt(20));
        writer.kill();
        for (String line = writer.readLine(); line != null; line = writer.readLine()) {
          flushed = Long.parseLong(line);
        }
      }

      RaftLogTail.Report report = RaftLogTail.repair(folder, RatisSegment.MAX_ENTRY_BYTES);

      assertThat(report.lastIndex()).as("seed %d", seed).isGreaterThanOrEqualTo(flushed);
      List<LogEntryProto> entries = RatisSegment.read(file);
      assertThat(entries).as("seed %d", seed).hasSize((int) report.entries());
      torn += report.trim() == null ? 0 : 1;
      Files.delete(file);
    }
    System.out.println("seed " + seed + ": " + torn + " of " + KILLS + " kills tore an entry");
  }
}
