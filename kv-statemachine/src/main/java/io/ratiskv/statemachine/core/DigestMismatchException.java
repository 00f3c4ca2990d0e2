package io.ratiskv.statemachine.core;

/**
 * This replica's state is not the leader's. It has to stop: what it would answer can't be trusted.
 */
public final class DigestMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DigestMismatchException(long index, long here, long leader) {
    super(
        String.format(
            "the state after log entry %d has the digest %016x here and %016x on the leader",
            index, here, leader));
  }
}
