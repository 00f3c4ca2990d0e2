package io.ratiskv.statemachine.core;

import java.io.IOException;

/**
 * A snapshot that isn't whole, or isn't one. The message says where, what was expected and what was
 * found.
 */
public final class CorruptSnapshotException extends IOException {
  private static final long serialVersionUID = 1L;

  public CorruptSnapshotException(String name, long offset, String expected, String found) {
    super(
        "snapshot " + name + ", offset " + offset + ": expected " + expected + ", found " + found);
  }
}
