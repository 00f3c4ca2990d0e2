package io.ratiskv.client;

/**
 * A bound was reached: the client's own of pending operations or bytes, or the cluster's of
 * sessions. A write that fails so was not applied; worth trying again when other calls have been
 * answered.
 */
public final class OverloadedException extends KvException {
  private static final long serialVersionUID = 1;

  OverloadedException(String message, Outcome outcome) {
    super(message, outcome, null);
  }
}
