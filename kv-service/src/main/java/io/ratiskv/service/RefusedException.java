package io.ratiskv.service;

import io.ratiskv.protocol.v1.Refusal;

/** A command of the service's own was refused. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean unknown;

  RefusedException(Refusal refusal) {
    super(refusal.getCode() + ": " + refusal.getMessage());
    unknown = refusal.getUnknown();
  }

  /** Whether the command may be applied all the same. */
  boolean isUnknown() {
    return unknown;
  }
}
