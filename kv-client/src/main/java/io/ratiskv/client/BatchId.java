package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Fence;

/** What the servers know a batch by. */
record BatchId(long epoch, long session, long sequence) {
  RequestId at(int position) {
    return new RequestId(epoch, session, sequence, position);
  }

  /** Asks for its reply, or else that it never be applied. */
  ClientMessage fence() {
    return fence(session, sequence);
  }

  static ClientMessage fence(long session, long sequence) {
    return ClientMessage.newBuilder()
        .setFence(Fence.newBuilder().setSession(session).setSequence(sequence))
        .build();
  }
}
