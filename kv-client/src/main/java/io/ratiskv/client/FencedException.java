package io.ratiskv.client;

/**
 * Somebody else {@link AsyncKvClient#resolve resolved} a write that travelled with this one before
 * they had reached the servers; that ended both. Or later writes overtook it after what it
 * travelled with was denied. Never applied.
 */
public final class FencedException extends KvException {
  private static final long serialVersionUID = 1;

  FencedException(String message, Outcome outcome) {
    super(message, outcome, null);
  }
}
