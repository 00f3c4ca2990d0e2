package io.ratiskv.statemachine;

/**
 * Told when a server must not go on: what it would do next could not be trusted. In a server
 * process the answer is the end of the process, at once and without any clean-up that could block.
 */
@FunctionalInterface
public interface Fatal {
  /**
   * May be called from any thread, more than once; returns, if at all, to code that does nothing
   * more.
   */
  void halt(Reason reason, String message, Throwable cause);

  /** Why, with the exit code of the process. */
  enum Reason {
    /**
     * The log can't be written: disk full, or a disk fault. An fsync that failed once is never
     * believed again.
     */
    LOG_FAILED(20),
    /** An entry could not be applied, or only in another way than the others apply it. */
    APPLY_FAILED(21),
    /** A snapshot that the leader sent could not be taken over. */
    SNAPSHOT_INSTALL_FAILED(22),
    /** Ratis closed its part of the server. */
    DIVISION_CLOSED(23),
    /** What takes the clients' requests to Raft is broken: nobody would be answered any more. */
    SERVICE_FAILED(24);

    private final int exitCode;

    Reason(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }
}
