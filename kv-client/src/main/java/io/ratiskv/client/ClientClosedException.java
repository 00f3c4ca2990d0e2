package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The client was closed before the call was answered, or before it was made. */
public final class ClientClosedException extends KvException {
  private static final long serialVersionUID = 1;

  ClientClosedException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
