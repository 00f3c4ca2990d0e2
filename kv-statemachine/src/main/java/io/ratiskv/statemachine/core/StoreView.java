package io.ratiskv.statemachine.core;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store as it was at one moment, while it goes on changing.
 *
 * <p>The writing thread saves a key's first pre-image here <em>before</em> it changes the map. The
 * walker reads the map first and the pre-images second: so either the map still had the old entry
 * when it looked, or the pre-image was there when it looked for it. A key is never removed from the
 * map, hence each key of the view is met.
 */
final class StoreView implements AutoCloseable {
  /** Lower than any: log indices are not negative. */
  private static final long NO_VERSION = -1;

  /** Stands for "wasn't there". */
  private static final Entry ABSENT = new Entry(Value.of(Bytes.wrap(new byte[0])), NO_VERSION);

  private final ConcurrentNavigableMap<Bytes, Entry> map;
  private final ConcurrentHashMap<Bytes, Entry> before = new ConcurrentHashMap<>();
  private final long keys;
  private final long bytes;
  private final Consumer<StoreView> onClose;

  StoreView(
      ConcurrentNavigableMap<Bytes, Entry> map,
      long keys,
      long bytes,
      Consumer<StoreView> onClose) {
    this.map = map;
    this.keys = keys;
    this.bytes = bytes;
    this.onClose = onClose;
  }

  /** The writing thread is about to replace {@code old}. */
  void beforeWrite(Bytes key, @Nullable Entry old) {
    before.putIfAbsent(key, old == null ? ABSENT : old);
  }

  /** Receives a key and what it maps to. */
  interface Visitor<E extends Exception> {
    void visit(Bytes key, Entry entry) throws E;
  }

  /** Visits all, in the order of the keys. */
  <E extends Exception> void forEach(Visitor<E> visitor) throws E {
    for (Map.Entry<Bytes, Entry> live : map.entrySet()) {
      Entry now = live.getValue();
      Entry then = before.getOrDefault(live.getKey(), now);
      if (then.version() != NO_VERSION) {
        visitor.visit(live.getKey(), then);
      }
    }
  }

  long keys() {
    return keys;
  }

  long bytes() {
    return bytes;
  }

  /** Lets go of the pre-images. */
  @Override
  public void close() {
    onClose.accept(this);
    before.clear();
  }
}
