package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted while it waited; its interrupt flag is set again. */
public final class KvInterruptedException extends KvException {
  private static final long serialVersionUID = 1;

  KvInterruptedException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
