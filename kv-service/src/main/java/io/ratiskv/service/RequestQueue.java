package io.ratiskv.service;

import io.ratiskv.protocol.Limits;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The requests that wait, in the order of their coming. Bounded by those who put them in ({@link
 * Pending}). Not thread-safe: guarded by the committer's lock.
 */
final class RequestQueue {
  static final int MAX_ENTRY_REQUESTS = 4096;

  /** Room for what an entry holds beside its commands. */
  private static final int ENTRY_MARGIN_BYTES = 4096;

  /** Encoding of a command in an entry, at most. */
  private static final int COMMAND_MARGIN_BYTES = 8;

  private final Queue<Request> waiting = new ArrayDeque<>();
  private int writes;
  private long bytes;

  void add(Request request) {
    waiting.add(request);
    bytes += request.bytes();
    if (request instanceof Request.Write) {
      writes++;
    }
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean hasWrites() {
    return writes > 0;
  }

  long bytes() {
    return bytes;
  }

  /** Moves into an entry what it has room for. */
  void fill(Gathering gathering) {
    int room = Limits.MAX_ENTRY_BYTES - ENTRY_MARGIN_BYTES;
    for (Request next = waiting.peek();
        next != null && gathering.size() < MAX_ENTRY_REQUESTS;
        next = waiting.peek()) {
      if (next instanceof Request.Write) {
        room -= next.bytes() + COMMAND_MARGIN_BYTES;
        if (room < 0) {
          break;
        }
      }
      gathering.add(remove());
    }
  }

  /** Takes out the first, which must be reads. */
  List<Request.Reading> reads(int count) {
    List<Request.Reading> reads = new ArrayList<>(count);
    while (reads.size() < count) {
      reads.add((Request.Reading) remove());
    }
    return reads;
  }

  private Request remove() {
    Request first = waiting.remove();
    bytes -= first.bytes();
    if (first instanceof Request.Write) {
      writes--;
    }
    return first;
  }

  /** Moves all of it, whatever room there is. */
  void drainTo(Gathering gathering) {
    while (!waiting.isEmpty()) {
      gathering.add(remove());
    }
  }
}
