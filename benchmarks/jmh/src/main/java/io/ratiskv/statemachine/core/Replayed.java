package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import java.util.List;

/** A state that entries of one session are applied to, one batch each. */
final class Replayed {
  private static final int LOADED_TOGETHER = 512;

  private final KvState state = KvState.empty();
  private long index;
  private long sequence;

  /** With {@code keys} keys in it. */
  Replayed(int keys) {
    apply(Sample.entry(List.of(Sample.open())));
    for (int first = 0; first < keys; first += LOADED_TOGETHER) {
      applyBatch(load(first, Math.min(keys, first + LOADED_TOGETHER)));
    }
  }

  private static ByteString load(int from, int to) {
    Operations.Builder operations = Operations.newBuilder();
    for (int key = from; key < to; key++) {
      operations.addOperation(
          Operation.newBuilder()
              .setKind(Operation.Kind.PUT)
              .setKey(UnsafeByteOperations.unsafeWrap(Sample.key(key)))
              .setValue(UnsafeByteOperations.unsafeWrap(Sample.value(key))));
    }
    return operations.build().toByteString();
  }

  KvState state() {
    return state;
  }

  /** Encodes an entry with the session's next batch, which is one copy of it, and applies it. */
  void applyBatch(ByteString operations) {
    sequence++;
    apply(Sample.entry(List.of(Sample.batch(1, sequence, operations))));
  }

  private void apply(byte[] entry) {
    index++;
    state.apply(index, entry, EntryListener.NONE);
  }

  SnapshotView view() {
    return state.view(1, index);
  }
}
