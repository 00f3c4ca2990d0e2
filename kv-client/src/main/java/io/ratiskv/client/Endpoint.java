package io.ratiskv.client;

/** Where a server listens for clients. */
record Endpoint(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Reads {@code host:port}, or {@code [v6]:port}.
   *
   * @throws IllegalArgumentException naming the text, where it is anything else
   */
  static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty()
        || (!bracketed && host.indexOf(':') >= 0)
        || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
      throw new IllegalArgumentException("an endpoint is host:port, not \"" + text + "\"");
    }
    return new Endpoint(host, port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    if (!digits.isEmpty()
        && digits.length() <= 5
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= MAX_PORT) {
        return port;
      }
    }
    throw new IllegalArgumentException(
        "the port of an endpoint is 1 to " + MAX_PORT + ", not that of \"" + text + "\"");
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
