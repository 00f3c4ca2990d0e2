package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The map, in memory, ordered by the keys' unsigned bytes.
 *
 * <p>One thread reads and writes; the counts may be asked by any. A {@link StoreView} may be walked
 * over by another thread meanwhile: it costs what is written while it is held, and nothing when it
 * is taken.
 */
final class Store {
  private final RadixTree values = new RadixTree();

  /** Of keys and values; written by the writing thread alone. */
  private volatile long bytes;

  /** Written by the writing thread alone. */
  private volatile long keys;

  /** Operations so far; counted by the writing thread alone, without waiting for anyone to see. */
  private final AtomicLong puts = new AtomicLong();

  private final AtomicLong appends = new AtomicLong();
  private final AtomicLong refusedAppends = new AtomicLong();

  @Nullable Value get(Bytes key) {
    return values.get(key);
  }

  /** Puts a value of at most {@link Limits#MAX_VALUE_BYTES} bytes. */
  int put(Bytes key, Bytes value, long version) {
    put(key, Value.of(value, version));
    count(puts);
    return value.length();
  }

  /**
   * Appends, unless the value would pass {@link Limits#MAX_VALUE_BYTES}.
   *
   * @return the length that the value has, or would have had
   */
  int append(Bytes key, Bytes tail, long version) {
    Value old = values.get(key);
    int length = (old == null ? 0 : old.length()) + tail.length();
    if (length <= Limits.MAX_VALUE_BYTES) {
      put(key, old == null ? Value.of(tail, version) : old.append(tail, version));
    }
    count(length <= Limits.MAX_VALUE_BYTES ? appends : refusedAppends);
    return length;
  }

  private static void count(AtomicLong counter) {
    counter.lazySet(counter.getPlain() + 1);
  }

  /** Puts what a snapshot holds. Keys come in any order, each once. */
  void restore(Bytes key, Bytes value, long version) {
    put(key, Value.of(value, version));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void put(Bytes key, Value value) {
    Value old = values.put(key, value);
    if (old == null) {
      keys = keys + 1;
      bytes = bytes + key.length() + value.length();
    } else {
      bytes = bytes + value.length() - old.length();
    }
  }

  /** What the store holds now. Called by the writing thread. */
  StoreView view() {
    return new StoreView(values.freeze(), keys, bytes);
  }

  OperationCounts operations() {
    return new OperationCounts(puts.get(), appends.get(), refusedAppends.get());
  }

  long keys() {
    return keys;
  }

  long bytes() {
    return bytes;
  }
}
