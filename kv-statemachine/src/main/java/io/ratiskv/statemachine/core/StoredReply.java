package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.BatchResult;

/**
 * What is kept of a batch that was applied, until the client says that it has the answer.
 *
 * @param fingerprint of the batch's encoded operations
 * @param result an encoded {@link io.ratiskv.protocol.v1.BatchResult}
 */
record StoredReply(long fingerprint, ByteString result) {
  /** Stands where a number was consumed by a fence. */
  static final StoredReply FENCED =
      new StoredReply(0, BatchResult.newBuilder().setFenced(true).build().toByteString());

  boolean isFenced() {
    return equals(FENCED);
  }
}
