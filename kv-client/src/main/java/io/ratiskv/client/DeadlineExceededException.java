package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/**
 * The call's time was over. {@code UNKNOWN} for a write that had been sent: it goes on being tried.
 */
public final class DeadlineExceededException extends KvException {
  private static final long serialVersionUID = 1;

  DeadlineExceededException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
