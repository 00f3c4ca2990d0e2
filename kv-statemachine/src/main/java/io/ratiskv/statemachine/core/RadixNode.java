package io.ratiskv.statemachine.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An inner node of a {@link RadixTree}: what the keys below it have in common, and where they part.
 *
 * <p>A child is another node, or the {@link Value} itself where no other key shares what is left of
 * its own. Up to {@value #MAX_SPARSE} children lie beside the bytes that lead to them, in their
 * order and without room to spare: a node is read and its children replaced far more often than it
 * gets new ones. More lie in an array with a place for each byte.
 */
final class RadixNode {
  private static final int MAX_SPARSE = 48;
  private static final int ALL_BYTES = 256;
  private static final Object[] NO_CHILDREN = new Object[0];

  /** The generation of the tree that may change this node. */
  final int generation;

  /** The bytes that all keys below share, behind the one that leads here. */
  final byte[] prefix;

  /** The value whose key ends here. */
  @Nullable Value here;

  /** In ascending order as unsigned; none if there is a place for each. Replaced, not changed. */
  private byte[] labels;

  private @Nullable Object[] children;

  RadixNode(int generation, byte[] prefix) {
    this(generation, prefix, null, Bytes.NONE, NO_CHILDREN);
  }

  private RadixNode(
      int generation,
      byte[] prefix,
      @Nullable Value here,
      byte[] labels,
      @Nullable Object[] children) {
    this.generation = generation;
    this.prefix = prefix;
    this.here = here;
    this.labels = labels;
    this.children = children;
  }

  /** The same children under another prefix, to be changed by {@code forGeneration}. */
  RadixNode copy(int forGeneration, byte[] newPrefix) {
    return new RadixNode(forGeneration, newPrefix, here, labels, children.clone());
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
    int high = labels.length - 1;
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

  /** Puts a value whose key ends behind its first {@code depth} bytes, or goes on to no child. */
  void place(Value value, byte[] key, int depth) {
    if (key.length == depth) {
      here = value.withKeyEnd(Bytes.NONE);
    } else {
      add(key[depth], value.withKeyEnd(Bytes.slice(key, depth + 1, key.length)));
    }
  }

  /** Adds a child under a label that leads to none. */
  void add(byte label, Object child) {
    if (labels.length == MAX_SPARSE) {
      spread();
    }
    int place = -1 - slot(label);
    if (!isDense()) {
      makeRoom(place);
      labels[place] = label;
    }
    children[place] = child;
  }

  private void spread() {
    @Nullable Object[] dense = new Object[ALL_BYTES];
    for (int i = 0; i < labels.length; i++) {
      dense[Byte.toUnsignedInt(labels[i])] = children[i];
    }
    children = dense;
    labels = Bytes.NONE;
  }

  /** New arrays, with a gap. */
  private void makeRoom(int place) {
    int behind = labels.length - place;
    byte[] moreLabels = Arrays.copyOf(labels, labels.length + 1);
    System.arraycopy(labels, place, moreLabels, place + 1, behind);
    @Nullable Object[] moreChildren = Arrays.copyOf(children, children.length + 1);
    System.arraycopy(children, place, moreChildren, place + 1, behind);
    labels = moreLabels;
    children = moreChildren;
  }

  private boolean isDense() {
    return children.length == ALL_BYTES;
  }

  /** The first child at {@code slot} or behind it, as its slot; -1 if there is none. */
  int nextSlot(int slot) {
    for (int next = slot; next < children.length; next++) {
      if (children[next] != null) {
        return next;
      }
    }
    return -1;
  }

  /** What leads to the child at {@code slot}. */
  byte label(int slot) {
    return isDense() ? (byte) slot : labels[slot];
  }
}
