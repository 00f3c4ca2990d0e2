package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The server knows the client and doesn't let it do this, or doesn't know it. */
public final class AccessDeniedException extends KvException {
  private static final long serialVersionUID = 1;

  AccessDeniedException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
