package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** The server said something that no correct server of a known version says. */
public final class ProtocolException extends KvException {
  private static final long serialVersionUID = 1;

  ProtocolException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
