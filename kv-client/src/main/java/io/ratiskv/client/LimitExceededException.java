package io.ratiskv.client;

/** A key or a value is too large, or a key is empty. Never applied; the same call fails again. */
public final class LimitExceededException extends KvException {
  private static final long serialVersionUID = 1;

  private final long actual;
  private final long limit;

  LimitExceededException(String what, long actual, long limit) {
    this(what, actual, limit, Outcome.NOT_APPLIED);
  }

  LimitExceededException(String what, long actual, long limit, Outcome outcome) {
    super(
        what + ": " + actual + (actual < limit ? ", at least " : ", at most ") + limit,
        outcome,
        null);
    this.actual = actual;
    this.limit = limit;
  }

  /** What was asked for, in bytes. */
  public long actual() {
    return actual;
  }

  /** What is allowed, in bytes. */
  public long limit() {
    return limit;
  }
}
