package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The one server that was asked could not be reached, or could not do it now. */
public final class UnavailableException extends KvException {
  private static final long serialVersionUID = 1;

  UnavailableException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
