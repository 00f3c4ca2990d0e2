package io.ratiskv.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what the client holds: calls from their being made until their futures are completed, and
 * writes that were sent until they are answered. Safe for any thread, without a lock.
 */
final class Budget {
  private final int maxOperations;
  private final long maxBytes;
  private final AtomicInteger operations = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Budget(int maxOperations, long maxBytes) {
    this.maxOperations = maxOperations;
    this.maxBytes = maxBytes;
  }

  /**
   * @throws OverloadedException where a bound would be passed; nothing is taken then
   */
  void acquire(PendingCall<?> call) {
    int size = call.bytes();
    int count = operations.incrementAndGet();
    if (count > maxOperations) {
      operations.decrementAndGet();
      throw overloaded(
          call,
          "pending operations of the client: " + maxOperations + ", at most " + maxOperations);
    }
    long total = bytes.addAndGet(size);
    if (total > maxBytes) {
      operations.decrementAndGet();
      bytes.addAndGet(-size);
      throw overloaded(
          call, "pending bytes of the client, with this call: " + total + ", at most " + maxBytes);
    }
  }

  private static KvException overloaded(PendingCall<?> call, String text) {
    return call.exception(
        (refused, outcome) -> new OverloadedException(text, outcome), call.outcomeUnsent());
  }

  void release(int size) {
    operations.decrementAndGet();
    bytes.addAndGet(-size);
  }
}
