package io.ratiskv.statemachine.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An inner node of a {@link RadixTree}: what the keys below it have in common, and where they part.
 *
 * <p>A child is another node, or the {@link Entry} itself where no other key shares what is left of
 * its own. Up to {@value #MAX_SPARSE} children lie beside the bytes that lead to them, in their
 * order; more lie in an array with a place for each byte.
 */
final class RadixNode {
  private static final int MAX_SPARSE = 48;
  private static final int ALL_BYTES = 256;
  private static final byte[] NO_LABELS = new byte[0];

  /** The generation of the tree that may change this node. */
  final int generation;

  /** The bytes that all keys below share, behind the one that leads here. */
  final byte[] prefix;

  /** The entry whose key ends here. */
  @Nullable Entry here;

  /** In ascending order as unsigned; the first {@link #count} of them. */
  private byte[] labels;

  private @Nullable Object[] children;
  private int count;

  RadixNode(int generation, byte[] prefix) {
    this(generation, prefix, null, new byte[2], new Object[2], 0);
  }

  private RadixNode(
      int generation,
      byte[] prefix,
      @Nullable Entry here,
      byte[] labels,
      @Nullable Object[] children,
      int count) {
    this.generation = generation;
    this.prefix = prefix;
    this.here = here;
    this.labels = labels;
    this.children = children;
    this.count = count;
  }

  /** The same children under another prefix, to be changed by {@code forGeneration}. */
  RadixNode copy(int forGeneration, byte[] newPrefix) {
    return new RadixNode(forGeneration, newPrefix, here, labels.clone(), children.clone(), count);
  }

  /** How many bytes of the prefix {@code key} has, from {@code depth} on. */
  int matching(byte[] key, int depth) {
    int mismatch =
        Arrays.mismatch(
            prefix, 0, prefix.length, key, depth, Math.min(key.length, depth + prefix.length));
    return mismatch < 0 ? prefix.length : mismatch;
  }

  /** What {@code label} leads to. */
  @Nullable Object child(byte label) {
    int slot = slot(label);
    return slot < 0 ? null : children[slot];
  }

  /** The place of a child that may be there; negative: there is none, and -1-slot is its place. */
  int slot(byte label) {
    int wanted = Byte.toUnsignedInt(label);
    if (isDense()) {
      return children[wanted] == null ? -1 - wanted : wanted;
    }
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = Byte.toUnsignedInt(labels[middle]);
      if (found == wanted) {
        return middle;
      }
      if (found < wanted) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1 - low;
  }

  /** Of a {@link #slot} that is not negative. */
  Object at(int slot) {
    Object child = children[slot];
    if (child == null) {
      throw new IllegalStateException("no child at " + slot);
    }
    return child;
  }

  void replace(int slot, Object child) {
    children[slot] = child;
  }

  /** Adds an entry whose key goes on, or ends, behind its first {@code depth} bytes. */
  void place(Entry entry, int depth) {
    byte[] key = entry.key().array();
    if (key.length == depth) {
      here = entry;
    } else {
      add(key[depth], entry);
    }
  }

  /** Adds a child under a label that leads to none. */
  void add(byte label, Object child) {
    if (!isDense() && count == labels.length) {
      grow();
    }
    int place = -1 - slot(label);
    if (!isDense()) {
      System.arraycopy(labels, place, labels, place + 1, count - place);
      System.arraycopy(children, place, children, place + 1, count - place);
      labels[place] = label;
    }
    children[place] = child;
    count++;
  }

  private void grow() {
    if (count == MAX_SPARSE) {
      @Nullable Object[] dense = new Object[ALL_BYTES];
      for (int i = 0; i < count; i++) {
        dense[Byte.toUnsignedInt(labels[i])] = children[i];
      }
      children = dense;
      labels = NO_LABELS;
    } else {
      int room = Math.min(MAX_SPARSE, 2 * count);
      labels = Arrays.copyOf(labels, room);
      children = Arrays.copyOf(children, room);
    }
  }

  private boolean isDense() {
    return children.length == ALL_BYTES;
  }

  /** The first child at {@code slot} or behind it, as its slot; -1 if there is none. */
  int nextSlot(int slot) {
    int end = isDense() ? ALL_BYTES : count;
    for (int next = slot; next < end; next++) {
      if (children[next] != null) {
        return next;
      }
    }
    return -1;
  }
}
