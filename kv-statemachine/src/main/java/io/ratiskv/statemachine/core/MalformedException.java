package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Code;

/**
 * Bytes that aren't what they should be: which rule they break, what was found, and the limit where
 * there is one. The message names no content.
 */
public final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Code code;
  private final long actual;
  private final long limit;

  public MalformedException(Code code, String what, long actual, long limit) {
    super(what + ": " + actual + ", limit " + limit);
    this.code = code;
    this.actual = actual;
    this.limit = limit;
  }

  MalformedException(String what) {
    super(what);
    this.code = Code.MALFORMED;
    this.actual = 0;
    this.limit = 0;
  }

  public Code code() {
    return code;
  }

  public long actual() {
    return actual;
  }

  public long limit() {
    return limit;
  }
}
