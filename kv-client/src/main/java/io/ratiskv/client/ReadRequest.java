package io.ratiskv.client;

import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ReadReply;
import java.util.BitSet;
import java.util.List;

/** Gets that were sent together. Guarded by the engine's lock. */
final class ReadRequest {
  private final long id;
  private final long session;
  private final long afterSequence;
  private final List<PendingRead> reads;
  private final long sentNanos;
  private final BitSet answered = new BitSet();

  ReadRequest(long id, long session, long afterSequence, List<PendingRead> reads, long sentNanos) {
    this.id = id;
    this.session = session;
    this.afterSequence = afterSequence;
    this.reads = reads;
    this.sentNanos = sentNanos;
  }

  List<PendingRead> reads() {
    return reads;
  }

  /** 0 if it named none. */
  long session() {
    return session;
  }

  long sentNanos() {
    return sentNanos;
  }

  /** Called by the outbox, not under the lock: uses what never changes. */
  Read message() {
    Read.Builder read =
        Read.newBuilder().setId(id).setSession(session).setAfterSequence(afterSequence);
    reads.forEach(call -> read.addKeys(call.key()));
    return read.build();
  }

  /** Whether the reply speaks of keys that were asked for. */
  boolean covers(ReadReply reply) {
    int first = reply.getFirst();
    return first >= 0 && first <= reads.size() - reply.getResultsCount();
  }

  void answer(ReadReply reply, Completions completions) {
    for (int i = 0; i < reply.getResultsCount(); i++) {
      PendingRead read = reads.get(reply.getFirst() + i);
      answered.set(reply.getFirst() + i);
      if (!read.isSettled()) {
        read.answered(reply.getResults(i));
        completions.succeed(read);
      }
    }
  }

  boolean isAnswered() {
    return answered.cardinality() == reads.size();
  }
}
