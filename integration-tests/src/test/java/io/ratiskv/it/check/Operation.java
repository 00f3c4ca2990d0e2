package io.ratiskv.it.check;

import java.util.Locale;
import java.util.Objects;

/**
 * One call of a client and what came of it.
 *
 * @param number the operation's place in the order in which the calls were recorded
 * @param client who called; operations of one client may overlap
 * @param input what a put puts or an append appends; empty for a get
 * @param callNanos a time at or before the sending
 * @param returnNanos a time at or after the receiving; {@link #NEVER} if nothing was received
 * @param output {@link Output#NONE} unless the status is OK
 */
public record Operation(
    int number,
    int client,
    Kind kind,
    String key,
    String input,
    long callNanos,
    long returnNanos,
    Status status,
    Output output) {

  /** Later than everything. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final int SHOWN_CHARS = 60;

  /** What was called. */
  public enum Kind {
    GET,
    PUT,
    APPEND;

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is known of the effect. */
  public enum Status {
    /** It was answered. */
    OK,
    /** Nothing is known: it may have taken effect, may yet, or never will. */
    INFO,
    /** It did not take effect, and never will. */
    FAIL;

    String lowerCase() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Operation {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(output, "output");
    if (returnNanos < callNanos) {
      throw new IllegalArgumentException("returned at " + returnNanos + ", called at " + callNanos);
    }
  }

  boolean isOk() {
    return status == Status.OK;
  }

  boolean isOkGet() {
    return isOk() && kind == Kind.GET;
  }

  /** The time by which it has taken effect: unknown ones may do so at any time after the call. */
  long endNanos() {
    return isOk() ? returnNanos : NEVER;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append('#').append(number).append(" client ").append(client).append(' ');
    text.append(kind.lowerCase()).append(' ').append(key);
    if (kind != Kind.GET) {
      text.append(" \"").append(shorten(input)).append('"');
    }
    text.append(" -> ").append(isOk() ? output.describe(kind) : status.lowerCase());
    text.append(" [").append(callNanos).append("..");
    return text.append(returnNanos == NEVER ? "" : returnNanos).append(" ns]").toString();
  }

  /** Keeps the end, where appends differ. */
  static String shorten(String text) {
    return text.length() <= SHOWN_CHARS
        ? text
        : "..." + text.substring(text.length() - SHOWN_CHARS);
  }
}
