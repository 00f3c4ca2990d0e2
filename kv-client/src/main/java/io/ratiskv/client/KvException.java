package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/**
 * The root of all failures of a call. The synchronous client throws one, the asynchronous client
 * completes its future with one.
 */
public abstract class KvException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Outcome outcome;

  KvException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message + " [" + outcome + "]", cause);
    this.outcome = outcome;
  }

  /** Whether the write may have happened; a read that failed is always {@code NOT_APPLIED}. */
  public final Outcome outcome() {
    return outcome;
  }
}
