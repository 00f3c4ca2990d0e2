package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Operation;
import java.util.ArrayList;
import java.util.List;
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
 * A log entry with 256 puts of several clients: what the leader encodes and each replica decodes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {
  private static final int OPERATIONS = 256;

  /** How many clients' batches share the entry. */
  @Param({"1", "64"})
  public int batches;

  private List<ByteString> operations;
  private byte[] entry;

  @Setup
  public void encodeOne() {
    SplittableRandom random = new SplittableRandom(7);
    operations = new ArrayList<>();
    for (int i = 0; i < batches; i++) {
      operations.add(
          Sample.operations(
              Operation.Kind.PUT, OPERATIONS / batches, 10_000, Sample.VALUE_BYTES, random));
    }
    entry = encode();
  }

  /** Time for each put of the entry. The puts themselves come encoded from the clients. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public byte[] encode() {
    List<Command> commands = new ArrayList<>(batches);
    for (int i = 0; i < batches; i++) {
      commands.add(Sample.batch(i + 1, 1, operations.get(i)));
    }
    return Sample.entry(commands);
  }

  /** Time for each put of the entry, with the copies of its key and value that the store keeps. */
  @Benchmark
  @OperationsPerInvocation(OPERATIONS)
  public Object decode() throws MalformedException {
    return EntryDecoder.decode(entry);
  }
}
