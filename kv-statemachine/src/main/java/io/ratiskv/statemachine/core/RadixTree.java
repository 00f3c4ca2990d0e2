package io.ratiskv.statemachine.core;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Entries in the order of their keys' unsigned bytes: an adaptive radix tree (Leis, Kemper and
 * Neumann, ICDE 2013), whose state at one moment can be kept at no cost.
 *
 * <p>Each node belongs to the generation of the tree in which it was made. A write changes nodes of
 * the present generation in place, and copies older ones that it comes through. {@link #freeze}
 * gives out the root and begins the next generation: what hangs from that root never changes again.
 *
 * <p>One thread reads and writes. What was frozen may be walked over by any thread that it was
 * handed to safely. Keys may be of any length: nothing here recurses.
 */
final class RadixTree {
  private static final byte[] NO_PREFIX = new byte[0];

  private int generation;

  /** Its prefix is empty. */
  private RadixNode root = new RadixNode(0, NO_PREFIX);

  @Nullable Entry get(Bytes key) {
    byte[] bytes = key.array();
    Object at = root;
    int depth = 0;
    while (at instanceof RadixNode node) {
      if (node.matching(bytes, depth) < node.prefix.length) {
        return null;
      }
      depth += node.prefix.length;
      if (depth == bytes.length) {
        return node.here;
      }
      at = node.child(bytes[depth]);
      depth++;
    }
    return at instanceof Entry entry && entry.key().equals(key) ? entry : null;
  }

  /**
   * Puts an entry.
   *
   * @return the one that it takes the place of
   */
  @Nullable Entry put(Entry entry) {
    byte[] key = entry.key().array();
    RadixNode node = ownRoot();
    int depth = 0;
    while (depth < key.length) {
      int slot = node.slot(key[depth]);
      if (slot < 0) {
        node.add(key[depth], entry);
        return null;
      }
      depth++;
      Object child = node.at(slot);
      if (child instanceof Entry leaf) {
        boolean same = leaf.key().equals(entry.key());
        node.replace(slot, same ? entry : fork(leaf, entry, depth));
        return same ? leaf : null;
      }
      RadixNode next = (RadixNode) child;
      int matching = next.matching(key, depth);
      if (matching < next.prefix.length) {
        node.replace(slot, split(next, matching, entry, depth));
        return null;
      }
      if (next.generation != generation) {
        next = next.copy(generation, next.prefix);
        node.replace(slot, next);
      }
      node = next;
      depth += matching;
    }
    Entry old = node.here;
    node.here = entry;
    return old;
  }

  private RadixNode ownRoot() {
    if (root.generation != generation) {
      root = root.copy(generation, NO_PREFIX);
    }
    return root;
  }

  /** A node for two entries whose keys have their first {@code depth} bytes in common, or more. */
  private RadixNode fork(Entry one, Entry other, int depth) {
    byte[] key = one.key().array();
    byte[] otherKey = other.key().array();
    int parting = depth + Arrays.mismatch(key, depth, key.length, otherKey, depth, otherKey.length);
    RadixNode fork = new RadixNode(generation, Arrays.copyOfRange(key, depth, parting));
    fork.place(one, parting);
    fork.place(other, parting);
    return fork;
  }

  /**
   * A node above {@code node}, whose prefix goes on where the key of {@code entry} parts from it.
   */
  private RadixNode split(RadixNode node, int matching, Entry entry, int depth) {
    byte[] prefix = node.prefix;
    RadixNode above = new RadixNode(generation, Arrays.copyOf(prefix, matching));
    byte[] rest = Arrays.copyOfRange(prefix, matching + 1, prefix.length);
    above.add(prefix[matching], node.copy(generation, rest));
    above.place(entry, depth + matching);
    return above;
  }

  /** The tree as it is now, for good. */
  Frozen freeze() {
    generation++;
    return new Frozen(root);
  }

  /** The tree as it was at one moment. */
  static final class Frozen {
    private final RadixNode root;

    private Frozen(RadixNode root) {
      this.root = root;
    }

    /** Visits all entries, in the order of their keys. */
    <E extends Exception> void forEach(Visitor<E> visitor) throws E {
      Deque<Cursor> path = new ArrayDeque<>();
      path.addLast(new Cursor(root));
      while (!path.isEmpty()) {
        Object next = path.getLast().next();
        if (next == null) {
          path.removeLast();
        } else if (next instanceof RadixNode node) {
          path.addLast(new Cursor(node));
        } else {
          visitor.visit((Entry) next);
        }
      }
    }
  }

  /** Receives an entry. */
  interface Visitor<E extends Exception> {
    void visit(Entry entry) throws E;
  }

  /** How far a walk has come in one node: first its own entry, then its children. */
  private static final class Cursor {
    private final RadixNode node;
    private int slot = -1;

    Cursor(RadixNode node) {
      this.node = node;
    }

    @Nullable Object next() {
      if (slot < 0) {
        slot = 0;
        if (node.here != null) {
          return node.here;
        }
      }
      int next = node.nextSlot(slot);
      slot = next + 1;
      return next < 0 ? end() : node.at(next);
    }

    private @Nullable Object end() {
      slot = Integer.MAX_VALUE;
      return null;
    }
  }
}
