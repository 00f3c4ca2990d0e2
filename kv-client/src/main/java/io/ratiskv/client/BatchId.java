package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Fence;

/** What the servers know a batch by. */
record BatchId(long epoch, long session, long sequence) {
  RequestId at(int position) {
    return new RequestId(epoch, session, sequence, position);
  }

  /** As {@link #fence(long)}, by one who doesn't know what the session has answers to. */
  ClientMessage fence() {
    return fence(0);
  }

  /**
   * Asks for its reply, or else that it never be applied.
   *
   * @param firstUnanswered of the session: the replies below it make room; 0: not known
   */
  ClientMessage fence(long firstUnanswered) {
    return ClientMessage.newBuilder()
        .setFence(
            Fence.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setFirstUnanswered(firstUnanswered))
        .build();
  }
}
