package io.ratiskv.it.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values that a key can have, each with a small number: equal values have equal numbers, so
 * that a search never compares strings.
 *
 * <p>A value is a node of a tree of bytes: the path from {@link #EMPTY} to the node spells it. What
 * an append makes is found by walking on from the node that it is appended to.
 */
final class Values {
  /** There is no value. */
  static final int ABSENT = 0;

  /** There is a value, of no bytes. */
  static final int EMPTY = 1;

  /** Marks the end of a list of children; no node has {@link #ABSENT} for its child. */
  private static final int NONE = ABSENT;

  private static final int FIRST_CAPACITY = 256;

  private int size = 2;
  private int[] parent = new int[FIRST_CAPACITY];
  private int[] child = new int[FIRST_CAPACITY];
  private int[] sibling = new int[FIRST_CAPACITY];
  private int[] length = new int[FIRST_CAPACITY];
  private byte[] last = new byte[FIRST_CAPACITY];

  int of(byte[] value) {
    return append(EMPTY, value);
  }

  /** What the value is after the bytes were appended to it; to none, too. */
  int append(int value, byte[] tail) {
    int node = value == ABSENT ? EMPTY : value;
    for (byte next : tail) {
      int below = child[node];
      while (below != NONE && last[below] != next) {
        below = sibling[below];
      }
      node = below == NONE ? add(node, next) : below;
    }
    return node;
  }

  private int add(int above, byte next) {
    if (size == parent.length) {
      grow(2 * size);
    }
    int node = size++;
    parent[node] = above;
    sibling[node] = child[above];
    child[above] = node;
    length[node] = length[above] + 1;
    last[node] = next;
    return node;
  }

  private void grow(int capacity) {
    parent = Arrays.copyOf(parent, capacity);
    child = Arrays.copyOf(child, capacity);
    sibling = Arrays.copyOf(sibling, capacity);
    length = Arrays.copyOf(length, capacity);
    last = Arrays.copyOf(last, capacity);
  }

  /** Whether appends, or none, make the value out of the other; they never make it absent. */
  boolean isPrefix(int prefix, int value) {
    if (prefix == ABSENT || value == ABSENT) {
      return prefix == ABSENT;
    }
    int node = value;
    for (int steps = length[value] - length[prefix]; steps > 0; steps--) {
      node = parent[node];
    }
    return node == prefix;
  }

  /** In bytes. */
  int length(int value) {
    return length[value];
  }

  /** How many nodes there are. */
  int size() {
    return size;
  }

  String describe(int value) {
    if (value == ABSENT) {
      return "not found";
    }
    byte[] bytes = new byte[length[value]];
    int node = value;
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = last[node];
      node = parent[node];
    }
    return '"' + Operation.shorten(new String(bytes, StandardCharsets.UTF_8)) + '"';
  }
}
