package io.ratiskv.service;

import java.io.IOException;

/**
 * A server without data was to start as a member that has some. It must not: it would vote again
 * where it voted, and help to elect a leader without what it acknowledged. It can rejoin under
 * another id.
 */
public final class ForgottenException extends IOException {
  private static final long serialVersionUID = 1L;

  ForgottenException(String message) {
    super(message);
  }
}
