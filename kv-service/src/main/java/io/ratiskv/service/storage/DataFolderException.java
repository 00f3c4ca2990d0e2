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

  DataFolderException(Path where, String expected, String found, String advice) {
    this(where, expected, found, advice, null);
  }

  DataFolderException(
      Path where, String expected, String found, String advice, @Nullable Throwable cause) {
    super(where + ": expected " + expected + ", found " + found + "; " + advice, cause);
  }
}
