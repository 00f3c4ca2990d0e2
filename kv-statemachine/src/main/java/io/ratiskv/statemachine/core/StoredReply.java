package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;

/**
 * What is kept of a batch that was applied, until the client says that it has the answer.
 *
 * @param fingerprint of the batch's encoded operations
 * @param result an encoded {@link io.ratiskv.protocol.v1.BatchResult}
 */
record StoredReply(long fingerprint, ByteString result) {}
