package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/** A server belongs to another cluster than the one that the client expects. */
public final class WrongClusterException extends KvException {
  private static final long serialVersionUID = 1;

  WrongClusterException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
