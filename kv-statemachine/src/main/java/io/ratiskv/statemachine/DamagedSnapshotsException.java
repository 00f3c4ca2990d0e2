package io.ratiskv.statemachine;

import java.io.IOException;

/**
 * A server has no snapshot that it can start from, and can't do without. The message names each
 * file with what is wrong with it, and says what to do.
 */
public final class DamagedSnapshotsException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedSnapshotsException(String message) {
    super(message);
  }
}
