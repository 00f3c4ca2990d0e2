package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A log that no crash can have left like this, so that entries which this server acknowledged may
 * be missing from it. The server must not start with it: it might help to elect a leader without
 * them. Nothing was changed. The message says which file, where in it, what was expected, what was
 * found, and what can be done.
 */
public final class DamagedLogException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedLogException(Path file, long offset, Finding finding) {
    super(
        "the Raft log is damaged: "
            + file
            + ", offset "
            + offset
            + ": expected "
            + finding.expected()
            + ", found "
            + finding.found()
            + "; nothing was changed, and the log isn't repaired, because acknowledged writes may be"
            + " gone from it. The other servers have them: let this server rejoin the cluster, empty"
            + " and under another id");
  }

  /** What is wrong at a place, in words. */
  record Finding(String expected, String found) {}
}
