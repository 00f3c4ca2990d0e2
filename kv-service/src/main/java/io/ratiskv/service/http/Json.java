package io.ratiskv.service.http;

/** Writes one JSON object, member by member. Whole numbers are exact in it up to 2^53. */
public final class Json {
  private final StringBuilder text = new StringBuilder("{");

  public Json put(String name, String value) {
    return raw(name, quoted(value));
  }

  public Json put(String name, long value) {
    return raw(name, Long.toString(value));
  }

  public Json put(String name, boolean value) {
    return raw(name, Boolean.toString(value));
  }

  /** A value that is JSON already. */
  public Json raw(String name, String json) {
    text.append(text.length() == 1 ? "" : ",").append(quoted(name)).append(':').append(json);
    return this;
  }

  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    value.chars().forEach(c -> escape(quoted, (char) c));
    return quoted.append('"').toString();
  }

  private static void escape(StringBuilder to, char c) {
    if (c == '"' || c == '\\') {
      to.append('\\').append(c);
    } else if (c < ' ' || c == '<' || c == '\u2028' || c == '\u2029') {
      // What would end a script, too.
      to.append(String.format("\\u%04x", (int) c));
    } else {
      to.append(c);
    }
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
