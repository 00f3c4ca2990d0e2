package io.ratiskv.statemachine.core;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A whole snapshot, values of 128 bytes, to a file and from it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SnapshotBenchmark {
  private static final int BUFFER_BYTES = 1 << 16;

  @Param({"1000000"})
  public int keys;

  private SnapshotView view;
  private Path file;

  @Setup
  public void load() throws IOException {
    view = new Replayed(keys).view();
    file = Files.createTempFile("kv-jmh", ".snapshot");
    writeFile();
  }

  @TearDown
  public void remove() throws IOException {
    Files.delete(file);
  }

  /** Forced to disk, as a server does it. */
  @Benchmark
  public void write() throws IOException {
    writeFile();
  }

  private void writeFile() throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      view.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  /** Read whole and checked; the file is in the system's cache. */
  @Benchmark
  public Object read() throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      return SnapshotReader.read(file.toString(), in);
    }
  }
}
