package io.ratiskv.statemachine.core;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How far a walk has come in one node: first the value whose key ends there, then the children. */
final class RadixCursor {
  private static final int BEFORE = -2;
  private static final int HERE = -1;

  private final RadixNode node;

  /** The way to the node, with its prefix. */
  private final byte[] way;

  /** What was found last. */
  private int slot = BEFORE;

  RadixCursor(RadixNode node, byte[] way) {
    this.node = node;
    this.way = way;
  }

  /** The next node or value; null: there is none. Not to be called again after that. */
  @Nullable Object next() {
    if (slot == BEFORE) {
      slot = HERE;
      if (node.here != null) {
        return node.here;
      }
    }
    slot = node.nextSlot(slot + 1);
    return slot < 0 ? null : node.at(slot);
  }

  /** The way to what was found last, and {@code end} behind it. */
  byte[] key(byte[] end) {
    if (slot == HERE) {
      return way;
    }
    byte[] key = Arrays.copyOf(way, way.length + 1 + end.length);
    key[way.length] = node.label(slot);
    System.arraycopy(end, 0, key, way.length + 1, end.length);
    return key;
  }
}
