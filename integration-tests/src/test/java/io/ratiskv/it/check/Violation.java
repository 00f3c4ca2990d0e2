package io.ratiskv.it.check;

import java.util.List;
import java.util.Objects;

/**
 * Something that the {@link AppendChecker} found wrong.
 *
 * @param what says it in words
 * @param operations those that contradict each other
 */
public record Violation(Kind kind, String key, String what, List<Operation> operations) {

  /** What can be wrong. */
  public enum Kind {
    /** Nothing can be judged: no get was called after all acknowledged operations had returned. */
    NO_FINAL_READ,
    /** An acknowledged append is not in the final value, or a token that was read is not. */
    LOST,
    /** A token stands in a value twice. */
    DOUBLED,
    /** A value has bytes that are no token, or a token that nobody appended; or is found empty. */
    FROM_NOWHERE,
    /** A value has a token that was appended to another key. */
    OTHER_KEY,
    /** A value has the token of an append that failed. */
    FAILED_APPLIED,
    /** Tokens of a get stand in another order than in the final value. */
    READ_REORDERED,
    /** A get has tokens of the final value in its order, but not from the first on. */
    NON_PREFIX_READ,
    /** A get lacks an append that had returned before it, or a token that an earlier get had. */
    STALE_READ,
    /** A get has a token whose append was called after the get had returned. */
    FUTURE_READ,
    /** An append stands before another that had returned when it was called. */
    REORDERED,
    /** An append was told another length than the one that the value had after it. */
    WRONG_LENGTH,
    /** Versions go down along the value, or the same value has two of them. */
    WRONG_VERSION,
    /** A client's appends stand in another order than it called them in. */
    CLIENT_ORDER
  }

  public Violation {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(what, "what");
    operations = List.copyOf(operations);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(kind).append(" in ").append(key).append(": ").append(what);
    operations.forEach(operation -> text.append("\n    ").append(operation));
    return text.toString();
  }
}
