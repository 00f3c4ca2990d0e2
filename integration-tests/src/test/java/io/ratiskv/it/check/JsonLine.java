package io.ratiskv.it.check;

/** An object of JSON on one line whose fields come in an order that writer and reader know. */
final class JsonLine {

  private JsonLine() {}

  /** Writes the fields in the order of the calls. */
  static final class Writer {
    private final StringBuilder line = new StringBuilder();

    Writer number(String name, long value) {
      name(name).append(value);
      return this;
    }

    Writer bool(String name, boolean value) {
      name(name).append(value);
      return this;
    }

    Writer string(String name, String value) {
      name(name).append('"');
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
          line.append(c);
        } else {
          line.append(String.format("\\u%04x", (int) c));
        }
      }
      line.append('"');
      return this;
    }

    String end() {
      return line.append('}').toString();
    }

    private StringBuilder name(String name) {
      return line.append(line.isEmpty() ? '{' : ',').append('"').append(name).append("\":");
    }
  }

  /** Takes the fields in the order of the calls; what it does not await is illegal. */
  static final class Reader {
    private final String line;
    private int at;

    Reader(String line) {
      this.line = line;
    }

    long number(String name) {
      name(name);
      int start = at;
      while (at < line.length() && (line.charAt(at) == '-' || Character.isDigit(line.charAt(at)))) {
        at++;
      }
      return Long.parseLong(line.substring(start, at));
    }

    boolean bool(String name) {
      name(name);
      boolean value = line.startsWith("true", at);
      expect(value ? "true" : "false");
      return value;
    }

    String string(String name) {
      name(name);
      expect("\"");
      StringBuilder value = new StringBuilder();
      while (at < line.length() && line.charAt(at) != '"') {
        if (line.charAt(at) == '\\') {
          expect("\\u");
          value.append((char) Integer.parseInt(line, at, Math.min(at + 4, line.length()), 16));
          at += 4;
        } else {
          value.append(line.charAt(at++));
        }
      }
      expect("\"");
      return value.toString();
    }

    void end() {
      expect("}");
      if (at != line.length()) {
        throw new IllegalArgumentException("more text after column " + at);
      }
    }

    private void name(String name) {
      expect(at == 0 ? "{" : ",");
      expect('"' + name + "\":");
    }

    private void expect(String text) {
      if (!line.startsWith(text, at)) {
        throw new IllegalArgumentException("no " + text + " at column " + (at + 1));
      }
      at += text.length();
    }
  }
}
