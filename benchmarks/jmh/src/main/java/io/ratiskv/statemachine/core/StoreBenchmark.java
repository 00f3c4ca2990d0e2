package io.ratiskv.statemachine.core;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The map alone: random keys, values of 128 bytes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StoreBenchmark {
  @Param({"10000", "1000000"})
  public int keys;

  private final Store store = new Store();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Bytes value = Bytes.wrap(Sample.value(0));
  private Bytes[] names;
  private long version;

  @Setup
  public void load() {
    names = new Bytes[keys];
    for (int key = 0; key < keys; key++) {
      names[key] = Bytes.wrap(Sample.key(key));
      store.put(Bytes.wrap(Sample.key(key)), value, ++version);
    }
  }

  @Benchmark
  public Value get() {
    return store.get(names[random.nextInt(keys)]);
  }

  @Benchmark
  public int put() {
    return store.put(names[random.nextInt(keys)], value, ++version);
  }
}
