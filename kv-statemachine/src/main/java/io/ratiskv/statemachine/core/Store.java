package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The map, in memory, ordered by the keys' unsigned bytes.
 *
 * <p>One thread writes; any thread may read a key meanwhile, and one other may walk over a {@link
 * StoreView}. While a view is open, the first write to a key saves what was there before: the view
 * costs what is written while it is open, and nothing when it is taken.
 */
final class Store {
  private final ConcurrentNavigableMap<Bytes, Entry> map = new ConcurrentSkipListMap<>();

  /** Of keys and values; written by the writing thread alone. */
  private volatile long bytes;

  /** Written by the writing thread alone; counted here, since the map counts by walking. */
  private volatile long keys;

  /** The view that is open; set by the writing thread, emptied by the view's reader. */
  private volatile @Nullable StoreView view;

  @Nullable Entry get(Bytes key) {
    return map.get(key);
  }

  /** Puts a value of at most {@link Limits#MAX_VALUE_BYTES} bytes. */
  int put(Bytes key, Bytes value, long version) {
    set(key, map.get(key), new Entry(Value.of(value), version));
    return value.length();
  }

  /**
   * Appends, unless the value would pass {@link Limits#MAX_VALUE_BYTES}.
   *
   * @return the length that the value has, or would have had
   */
  int append(Bytes key, Bytes tail, long version) {
    Entry old = map.get(key);
    int length = (old == null ? 0 : old.value().length()) + tail.length();
    if (length <= Limits.MAX_VALUE_BYTES) {
      Value value = old == null ? Value.of(tail) : old.value().append(tail);
      set(key, old, new Entry(value, version));
    }
    return length;
  }

  /** Puts what a snapshot holds. Keys come in any order, each once. */
  void restore(Bytes key, Bytes value, long version) {
    set(key, null, new Entry(Value.of(value), version));
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void set(Bytes key, @Nullable Entry old, Entry entry) {
    StoreView open = view;
    if (open != null) {
      open.beforeWrite(key, old);
    }
    map.put(key, entry);
    if (old == null) {
      keys = keys + 1;
      bytes = bytes + key.length() + entry.value().length();
    } else {
      bytes = bytes + entry.value().length() - old.value().length();
    }
  }

  /** What the store holds now, for one thread to walk over. One at a time. */
  StoreView view() {
    if (view != null) {
      throw new IllegalStateException("a view of the store is open");
    }
    StoreView opened = new StoreView(map, keys, bytes, this::closed);
    view = opened;
    return opened;
  }

  private void closed(StoreView closed) {
    if (closed.equals(view)) {
      view = null;
    }
  }

  long keys() {
    return keys;
  }

  long bytes() {
    return bytes;
  }
}
