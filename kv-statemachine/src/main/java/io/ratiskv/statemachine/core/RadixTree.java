package io.ratiskv.statemachine.core;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Values in the order of their keys' unsigned bytes: an adaptive radix tree (Leis, Kemper and
 * Neumann, ICDE 2013), whose state at one moment can be kept at no cost.
 *
 * <p>No key is stored: the way to a value spells it, and where no other key goes on the same way,
 * the value has the {@linkplain Value#keyEnd() end} of its own.
 *
 * <p>Each node belongs to the generation of the tree in which it was made. A write changes nodes of
 * the present generation in place, and copies older ones that it comes through. {@link #freeze}
 * gives out the root and begins the next generation: what hangs from that root never changes again.
 *
 * <p>One thread reads and writes. What was frozen may be walked over by any thread that it was
 * handed to safely. Keys may be of any length: nothing here recurses.
 */
final class RadixTree {
  private int generation;

  /** Its prefix is empty. */
  private RadixNode root = new RadixNode(0, Bytes.NONE);

  @Nullable Value get(Bytes key) {
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
    return at instanceof Value leaf && parting(leaf, bytes, depth) < 0 ? leaf : null;
  }

  /**
   * Puts a value.
   *
   * @return the one that it takes the place of
   */
  @Nullable Value put(Bytes key, Value value) {
    byte[] bytes = key.array();
    RadixNode node = ownRoot();
    int depth = 0;
    while (depth < bytes.length) {
      int slot = node.slot(bytes[depth]);
      if (slot < 0) {
        node.place(value, bytes, depth);
        return null;
      }
      depth++;
      Object child = node.at(slot);
      if (child instanceof Value leaf) {
        int parting = parting(leaf, bytes, depth);
        boolean same = parting < 0;
        node.replace(
            slot,
            same ? value.withKeyEnd(leaf.keyEnd()) : fork(leaf, parting, value, bytes, depth));
        return same ? leaf : null;
      }
      RadixNode next = (RadixNode) child;
      int matching = next.matching(bytes, depth);
      if (matching < next.prefix.length) {
        node.replace(slot, split(next, matching, value, bytes, depth));
        return null;
      }
      if (next.generation != generation) {
        next = next.copy(generation, next.prefix);
        node.replace(slot, next);
      }
      node = next;
      depth += matching;
    }
    Value old = node.here;
    node.place(value, bytes, depth);
    return old;
  }

  private RadixNode ownRoot() {
    if (root.generation != generation) {
      root = root.copy(generation, Bytes.NONE);
    }
    return root;
  }

  /**
   * How many bytes the end of the leaf's key has in common with {@code key} behind its first {@code
   * depth} bytes; -1: all, it is the same key.
   */
  private static int parting(Value leaf, byte[] key, int depth) {
    byte[] end = leaf.keyEnd();
    return Arrays.mismatch(end, 0, end.length, key, depth, key.length);
  }

  /** A node for a leaf and a value whose keys part {@code matching} bytes behind {@code depth}. */
  private RadixNode fork(Value leaf, int matching, Value value, byte[] key, int depth) {
    byte[] end = leaf.keyEnd();
    RadixNode fork = new RadixNode(generation, Bytes.slice(end, 0, matching));
    fork.place(leaf, end, matching);
    fork.place(value, key, depth + matching);
    return fork;
  }

  /** A node above {@code node}, whose prefix goes on where {@code key} parts from it. */
  private RadixNode split(RadixNode node, int matching, Value value, byte[] key, int depth) {
    byte[] prefix = node.prefix;
    RadixNode above = new RadixNode(generation, Bytes.slice(prefix, 0, matching));
    byte[] rest = Bytes.slice(prefix, matching + 1, prefix.length);
    above.add(prefix[matching], node.copy(generation, rest));
    above.place(value, key, depth + matching);
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

    /** Visits all values, in the order of their keys. */
    <E extends Exception> void forEach(Visitor<E> visitor) throws E {
      Deque<RadixCursor> path = new ArrayDeque<>();
      path.addLast(new RadixCursor(root, root.prefix));
      while (!path.isEmpty()) {
        RadixCursor at = path.getLast();
        Object next = at.next();
        if (next == null) {
          path.removeLast();
        } else if (next instanceof RadixNode node) {
          path.addLast(new RadixCursor(node, at.key(node.prefix)));
        } else {
          Value value = (Value) next;
          visitor.visit(Bytes.wrap(at.key(value.keyEnd())), value);
        }
      }
    }
  }

  /** Receives a key and its value. */
  interface Visitor<E extends Exception> {
    void visit(Bytes key, Value value) throws E;
  }
}
