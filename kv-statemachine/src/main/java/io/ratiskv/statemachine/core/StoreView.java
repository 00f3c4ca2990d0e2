package io.ratiskv.statemachine.core;

/**
 * The store as it was at one moment, while it goes on changing. It holds on to what has changed
 * since, as long as somebody holds on to it.
 *
 * @param keys how many it holds
 * @param bytes of keys and values
 */
record StoreView(RadixTree.Frozen values, long keys, long bytes) {
  /** Visits all values, in the order of their keys. For any thread. */
  <E extends Exception> void forEach(RadixTree.Visitor<E> visitor) throws E {
    values.forEach(visitor);
  }
}
