package io.ratiskv.cli.bench;

import java.util.Locale;

/** What is called. */
public enum Kind {
  PUT,
  GET,
  APPEND;

  /** As it is written on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
