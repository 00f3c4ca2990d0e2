package io.ratiskv.cli;

/** How much is logged; see {@code logback.xml}. */
final class ServerLog {
  private ServerLog() {}

  /** A server tells of its life, a client only of trouble. Before anything has logged. */
  static void turnUp() {
    setDefault("INFO");
  }

  /** Servers that are stopped on purpose warn of each other. Before anything has logged. */
  static void turnDown() {
    setDefault("ERROR");
  }

  /** A JSON object a line. Before anything has logged. */
  static void useJson() {
    if (System.getProperty("kv.log.format") == null) {
      System.setProperty("kv.log.format", "json");
    }
  }

  private static void setDefault(String level) {
    if (System.getProperty("kv.log.level") == null) {
      System.setProperty("kv.log.level", level);
    }
  }
}
