package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import java.util.Objects;

/**
 * What an answer said.
 *
 * @param found of a get: whether there was a value
 * @param value of a get: the value, empty if there was none
 * @param version the key's version after the operation, or {@link #UNSAID}
 * @param length of an append: the length in bytes of the value just after it, or {@link #UNSAID}
 */
public record Output(boolean found, String value, long version, int length) {

  /** A version or length that the answer did not name. */
  public static final int UNSAID = -1;

  /** Of operations without an answer. */
  public static final Output NONE = new Output(false, "", UNSAID, UNSAID);

  public Output {
    Objects.requireNonNull(value, "value");
    if (!found && !value.isEmpty()) {
      throw new IllegalArgumentException("not found, and yet the value is " + value);
    }
  }

  /** The answer to a get. */
  public static Output read(boolean found, String value, long version) {
    return new Output(found, value, version, UNSAID);
  }

  /** The answer to a put. */
  public static Output put(long version) {
    return new Output(false, "", version, UNSAID);
  }

  /** The answer to an append. */
  public static Output appended(long version, int length) {
    return new Output(false, "", version, length);
  }

  String describe(Kind kind) {
    StringBuilder text = new StringBuilder();
    if (kind == Kind.GET) {
      text.append(found ? '"' + Operation.shorten(value) + '"' : "not found");
    } else {
      text.append("ok");
    }
    if (length != UNSAID) {
      text.append(", length ").append(length);
    }
    if (version != UNSAID) {
      text.append(", version ").append(version);
    }
    return text.toString();
  }
}
