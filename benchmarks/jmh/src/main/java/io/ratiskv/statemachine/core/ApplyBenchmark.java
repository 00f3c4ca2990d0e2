package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Operation;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What every replica does with a batch of 256 operations: decodes it, looks the session up, changes
 * the store, makes the reply and the digest. The entry's encoding is in it, one copy of some 40
 * KiB.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ApplyBenchmark {
  private static final int OPERATIONS = 256;

  /** So many different ones that a processor's caches don't hold what they touch. */
  private static final int BATCHES = 1024;

  /** Values grow over a run to some kilobytes. */
  private static final int APPENDED_BYTES = 8;

  @Param({"10000", "1000000"})
  public int keys;

  private Replayed replayed;
  private final ByteString[] puts = new ByteString[BATCHES];
  private final ByteString[] appends = new ByteString[BATCHES];
  private int next;

  @Setup
  public void load() {
    replayed = new Replayed(keys);
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < BATCHES; i++) {
      puts[i] = Sample.operations(Operation.Kind.PUT, OPERATIONS, keys, Sample.VALUE_BYTES, random);
      appends[i] =
          Sample.operations(Operation.Kind.APPEND, OPERATIONS, keys, APPENDED_BYTES, random);
    }
  }

  /** Time for each put. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void put() {
    replayed.applyBatch(puts[next()]);
  }

  /** Time for each append; refused, which costs less, only where a value has reached its limit. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public void append() {
    replayed.applyBatch(appends[next()]);
  }

  private int next() {
    next = (next + 1) % BATCHES;
    return next;
  }
}
