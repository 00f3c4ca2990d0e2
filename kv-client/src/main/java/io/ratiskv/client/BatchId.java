package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Fence;

/** What the servers know a batch by. */
record BatchId(long epoch, long session, long sequence) {
  RequestId at(int position) {
    return new RequestId(epoch, session, sequence, position);
  }

  /** As {@link #fence(long, long)}, by one who doesn't know what the session has answers to. */
  ClientMessage fence() {
    return fence(0, 0);
  }

  /**
   * Asks for its reply, or else that it never be applied.
   *
   * @param firstUnanswered of the session: the replies below it make room; 0: not known
   * @param fingerprint of its operations, so that another's batch is not taken for it; 0: not known
   */
  ClientMessage fence(long firstUnanswered, long fingerprint) {
    return ClientMessage.newBuilder()
        .setFence(
            Fence.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setFirstUnanswered(firstUnanswered)
                .setFingerprint(fingerprint))
        .build();
  }
}
