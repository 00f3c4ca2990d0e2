package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Operation;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
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

/**
 * Batches of 16 puts, one after the other, while snapshots of all keys are written without end:
 * look at the highest percentiles, which are the pauses, those for collecting garbage included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SnapshotPauseBenchmark {
  private static final int OPERATIONS = 16;
  private static final int BATCHES = 4096;

  @Param({"1000000"})
  public int keys;

  @Param({"false", "true"})
  public boolean snapshots;

  private Replayed replayed;
  private final ByteString[] puts = new ByteString[BATCHES];
  private int next;
  private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

  @Setup
  public void load() {
    replayed = new Replayed(keys);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < BATCHES; i++) {
      puts[i] = Sample.operations(Operation.Kind.PUT, OPERATIONS, keys, Sample.VALUE_BYTES, random);
    }
  }

  @TearDown
  public void finish() {
    writing.join();
  }

  @Benchmark
  public void apply() {
    if (snapshots && writing.isDone()) {
      SnapshotView view = replayed.view();
      writing = CompletableFuture.runAsync(() -> write(view));
    }
    next = (next + 1) % BATCHES;
    replayed.applyBatch(puts[next]);
  }

  private static void write(SnapshotView view) {
    try {
      view.writeTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
