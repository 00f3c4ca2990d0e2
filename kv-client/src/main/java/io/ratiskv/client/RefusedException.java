package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The cluster won't do what an operator asked for, and the message says why. */
public final class RefusedException extends KvException {
  private static final long serialVersionUID = 1;

  RefusedException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
