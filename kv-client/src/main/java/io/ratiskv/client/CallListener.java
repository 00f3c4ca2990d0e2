package io.ratiskv.client;

/**
 * Is told of each call of a client when it ends, for metrics. It is called on whatever thread ends
 * the call, before its future is completed, by several threads at once: it must be quick, and must
 * not call the client. What it throws is logged, and changes nothing about the call.
 */
@FunctionalInterface
public interface CallListener {
  /** What was called. */
  enum Kind {
    PUT,
    APPEND,
    GET,
    RESOLVE
  }

  /** How it ended. */
  enum End {
    /** With an answer. */
    DONE,
    /** With an exception: it did not take effect, and won't. */
    NOT_APPLIED,
    /** With an exception: it may have taken effect, or still may. */
    UNKNOWN,
    /** Its caller cancelled it. */
    CANCELLED
  }

  /**
   * A call has ended.
   *
   * @param nanos how long it took, from being called
   */
  void ended(Kind kind, End end, long nanos);
}
