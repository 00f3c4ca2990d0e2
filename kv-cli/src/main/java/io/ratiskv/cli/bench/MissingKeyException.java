package io.ratiskv.cli.bench;

/** A key that was written before isn't there. */
final class MissingKeyException extends RuntimeException {
  private static final long serialVersionUID = 1;
}
