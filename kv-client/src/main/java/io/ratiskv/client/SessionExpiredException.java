package io.ratiskv.client;

import org.jspecify.annotations.Nullable;

/**
 * The servers gave the client's session up, so that what was in flight can't be told any more. The
 * same where the cluster was restored from a backup. Later calls run in a new session.
 */
public final class SessionExpiredException extends KvException {
  private static final long serialVersionUID = 1;

  SessionExpiredException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message, outcome, cause);
  }
}
