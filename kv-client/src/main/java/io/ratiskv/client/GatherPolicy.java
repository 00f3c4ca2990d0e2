package io.ratiskv.client;

import io.ratiskv.protocol.Limits;

/**
 * When what waits is sent. A lone operation leaves at once; under load few large batches are
 * cheaper, for every replica, than many small ones: so the more requests are unanswered, the more
 * has to have come together before another one leaves. Whatever is too little waits for an answer,
 * never for a timer.
 */
final class GatherPolicy {
  /** Operations that have to wait while 0, 1, 2 … requests are unanswered. */
  private static final int[] LEAST_OPERATIONS = {1, 1, 16, 64, 256};

  /** Large values fill a request sooner. */
  private static final long ENOUGH_BYTES = 128 << 10;

  private GatherPolicy() {}

  static boolean sendsNow(int unanswered, int operations, long bytes) {
    int least = LEAST_OPERATIONS[Math.min(unanswered, LEAST_OPERATIONS.length - 1)];
    return operations > 0 && (operations >= least || bytes >= ENOUGH_BYTES);
  }

  /** Whether it is enough however many requests are unanswered. */
  static boolean isMuch(int operations, long bytes) {
    return sendsNow(LEAST_OPERATIONS.length - 1, operations, bytes);
  }

  /** Whether one more operation fits beside those that were gathered. */
  static boolean fits(int operations, long bytes) {
    return operations <= Limits.MAX_BATCH_OPERATIONS && bytes <= Limits.MAX_BATCH_BYTES;
  }
}
