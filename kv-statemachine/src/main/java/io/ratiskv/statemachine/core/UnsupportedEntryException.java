package io.ratiskv.statemachine.core;

/**
 * An entry whose format is newer than this code. Only a newer server writes one; the replica has to
 * stop, since it can't do what the others do.
 */
public final class UnsupportedEntryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedEntryException(long index, int format) {
    super(
        "log entry "
            + index
            + " has format "
            + Integer.toUnsignedString(format)
            + ", this server knows up to "
            + EntryDecoder.FORMAT
            + ": run a version at least as new as the leader's");
  }
}
