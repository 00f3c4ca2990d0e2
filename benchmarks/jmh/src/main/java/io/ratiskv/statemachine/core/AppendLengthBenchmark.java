package io.ratiskv.statemachine.core;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Appends 16 bytes to a value of a given length: the cost must not grow with it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class AppendLengthBenchmark {
  private static final int TAIL_BYTES = 16;

  @Param({"64", "4096", "65536", "524288"})
  public int length;

  private final Bytes tail = Bytes.wrap(new byte[TAIL_BYTES]);
  private Value base;
  private Value value;

  @Setup
  public void grow() {
    base = Value.of(tail, 1);
    while (base.length() < length) {
      base = base.append(tail, 2);
    }
    value = base;
  }

  /** Begins again when the value has become half as long again. */
  @Benchmark
  public Value append() {
    Value longer = value.append(tail, 2);
    value = longer.length() > length + length / 2 ? base : longer;
    return longer;
  }
}
