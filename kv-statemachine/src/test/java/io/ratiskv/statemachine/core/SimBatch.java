package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import java.util.List;

/** A client's batch: the same writes in the same bytes under the same number, for good. */
final class SimBatch {
  final long sequence;
  final List<SimWrite> writes;
  final ByteString operations;

  private int sends;

  /** It was sent and not refused since. */
  private boolean underWay;

  /** Its client would have it not happen. */
  private boolean fenced;

  private boolean everFenced;

  SimBatch(long sequence, List<SimWrite> writes) {
    this.sequence = sequence;
    this.writes = writes;
    this.operations =
        Entries.operations(
            writes.stream()
                .map(
                    write ->
                        write.append
                            ? Entries.append(write.key, write.token)
                            : Entries.put(write.key, write.token))
                .toArray(io.ratiskv.protocol.v1.Operation[]::new));
  }

  void sent() {
    sends++;
    underWay = true;
  }

  void stopped() {
    underWay = false;
  }

  boolean isUnderWay() {
    return underWay;
  }

  boolean wasSent() {
    return sends > 0;
  }

  void fence(boolean wanted) {
    fenced = wanted;
    everFenced |= wanted;
  }

  boolean wasEverFenced() {
    return everFenced;
  }

  boolean isFenced() {
    return fenced;
  }

  void settled(SimWrite.Outcome outcome) {
    writes.forEach(write -> write.settled(outcome));
  }
}
