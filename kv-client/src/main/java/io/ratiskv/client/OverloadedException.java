package io.ratiskv.client;

/**
 * A bound was reached: the client's own of pending operations or bytes, or the cluster's of
 * sessions. Never applied; worth trying again when other calls have been answered.
 */
public final class OverloadedException extends KvException {
  private static final long serialVersionUID = 1;

  OverloadedException(String message) {
    super(message, Outcome.NOT_APPLIED, null);
  }
}
