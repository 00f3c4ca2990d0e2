package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data folder that can't be used. The message says where, what was expected, what was found, and
 * what can be done.
 */
public final class DataFolderException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean dataLost;

  DataFolderException(Path where, String expected, String found, String advice) {
    this(where, expected, found, advice, null);
  }

  DataFolderException(
      Path where, String expected, String found, String advice, @Nullable Throwable cause) {
    this(where, expected, found, advice, cause, false);
  }

  private DataFolderException(
      Path where,
      String expected,
      String found,
      String advice,
      @Nullable Throwable cause,
      boolean dataLost) {
    super(where + ": expected " + expected + ", found " + found + "; " + advice, cause);
    this.dataLost = dataLost;
  }

  /** Of a folder that is this server's, and of which something is gone. */
  static DataFolderException lost(Path where, String expected, String found, String advice) {
    return new DataFolderException(where, expected, found, advice, null, true);
  }

  /** Whether the server has to rejoin its cluster, unless there is a copy. */
  public boolean isDataLost() {
    return dataLost;
  }
}
