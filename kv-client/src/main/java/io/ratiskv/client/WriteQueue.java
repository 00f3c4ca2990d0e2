package io.ratiskv.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Writes that were never sent, in the order of the calls. Guarded by the engine's lock. */
final class WriteQueue {
  private final ArrayDeque<PendingWrite<?>> writes = new ArrayDeque<>();
  private long bytes;
  private long lastTicket;

  void add(PendingWrite<?> write) {
    write.number(++lastTicket);
    bytes += write.bytes();
    writes.add(write);
  }

  /** Writes that weren't sent after all; they were called before those that wait. */
  void putBack(List<PendingWrite<?>> again) {
    for (int i = again.size() - 1; i >= 0; i--) {
      writes.addFirst(again.get(i));
      bytes += again.get(i).bytes();
    }
  }

  int size() {
    return writes.size();
  }

  long bytes() {
    return bytes;
  }

  long lastTicket() {
    return lastTicket;
  }

  /** Whether a write up to that one still waits. */
  boolean holdsUpTo(long ticket) {
    PendingWrite<?> first = writes.peek();
    return first != null && first.ticket() <= ticket;
  }

  /** Takes the next batch: the first write and those after it that fit. */
  List<PendingWrite<?>> take() {
    List<PendingWrite<?>> taken = new ArrayList<>();
    long size = 0;
    int most = Integer.MAX_VALUE;
    for (PendingWrite<?> write = writes.peek(); write != null; write = writes.peek()) {
      size += write.bytes();
      most = Math.min(most, write.company());
      if (taken.size() >= most || !GatherPolicy.fits(taken.size() + 1, size)) {
        break;
      }
      taken.add(writes.remove());
      bytes -= write.bytes();
    }
    return taken;
  }

  /** Removes those that the test says, in order. */
  void removeIf(Predicate<? super PendingWrite<?>> test) {
    writes.removeIf(
        write -> {
          boolean remove = test.test(write);
          bytes -= remove ? write.bytes() : 0;
          return remove;
        });
  }
}
