package io.ratiskv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.OperationRefusal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes that travel under one sequence number, for good. Guarded by the engine's lock. */
final class WriteBatch {
  private final BatchId id;
  private final List<PendingWrite<?>> writes;

  /** How often it was sent, on all streams. */
  private int sends;

  /** It was sent on the present stream and not refused since. */
  private boolean underWay;

  private long sentNanos;

  /** From now on a fence is sent in its place. */
  private boolean fencing;

  /** It is fenced so that its writes may be sent in another. */
  private boolean recalled;

  /** Why the rules forbid it. */
  private @Nullable Failure denial;

  /** What was sent last is the fence. */
  private boolean fenceSent;

  /** Made when first sent; used by the outbox only. */
  private @Nullable ByteString operations;

  WriteBatch(BatchId id, List<PendingWrite<?>> writes) {
    this.id = id;
    this.writes = writes;
    for (int i = 0; i < writes.size(); i++) {
      writes.get(i).numbered(id, i);
    }
  }

  BatchId id() {
    return id;
  }

  long sequence() {
    return id.sequence();
  }

  List<PendingWrite<?>> writes() {
    return writes;
  }

  boolean isUnderWay() {
    return underWay;
  }

  long sentNanos() {
    return sentNanos;
  }

  void sent(long now) {
    sends += fencing ? 0 : 1;
    underWay = true;
    fenceSent = fencing;
    sentNanos = now;
  }

  /** It was refused, or its stream is gone: it has to be sent again. */
  void stopped() {
    underWay = false;
  }

  /** It is to be settled, by a fence if need be, unless some caller still waits for it. */
  void fenceIfForsaken() {
    if (!fencing) {
      fencing = writes.stream().noneMatch(PendingWrite::isWaitedFor);
    }
  }

  /** The rules forbid it: a fence uses up its number. */
  void denied(Failure why, boolean unknown, Completions completions) {
    denial = why;
    fencing = true;
    underWay &= fenceSent;
    if (writes.size() == 1 && sends == 1 && !unknown && !writes.get(0).isSettled()) {
      writes.get(0).keepBudget();
      completions.fail(writes.get(0), why, Outcome.NOT_APPLIED);
    }
  }

  /** Whether those that are forbidden can't be told from those that aren't. */
  boolean isDeniedTogether() {
    return denial != null && writes.size() > 1;
  }

  boolean isRecalled() {
    return recalled;
  }

  /** Whether no id of a write that goes on is known outside, and none will until {@link #show}. */
  boolean hide() {
    return writes.stream().allMatch(write -> write.isSettled() || write.hide());
  }

  void show() {
    writes.forEach(PendingWrite::show);
  }

  /** After {@link #hide}: a fence is sent in its place, and if it wins the writes are free. */
  void recall() {
    recalled = true;
    fencing = true;
  }

  /** Its writes that may be sent again, after a fence has won. */
  List<PendingWrite<?>> free() {
    if (!recalled || (denial != null && writes.size() == 1)) {
      return List.of();
    }
    List<PendingWrite<?>> free = writes.stream().filter(write -> !write.isSettled()).toList();
    for (PendingWrite<?> write : free) {
      write.numbered(null, 0);
      if (denial != null) {
        write.deniedAmong(writes.size());
      }
    }
    return free;
  }

  /** Whether it is on its way, and its fence isn't and should be. */
  boolean isFenceDue() {
    return fencing && underWay && !fenceSent;
  }

  /** Whether the fence is on its way; what the batch itself was refused for is of no interest. */
  boolean isFenceUnderWay() {
    return underWay && fenceSent;
  }

  /** What is known of its writes if this refusal of it is the last word. */
  Outcome outcomeIfRefused(boolean unknown) {
    return unknown || sends > 1 ? Outcome.UNKNOWN : Outcome.NOT_APPLIED;
  }

  /** The writes have their answers; those that failed before are let go. */
  void applied(BatchResult result, Completions completions, Outcomes outcomes) {
    if (result.getLengthsCount() != writes.size()) {
      String text = result.getLengthsCount() + " results for " + writes.size() + " operations";
      fail(
          (call, outcome) -> new ProtocolException(text, outcome, null),
          Outcome.UNKNOWN,
          completions);
      return;
    }
    Map<Integer, OperationRefusal> refusals = new HashMap<>();
    result.getRefusalsList().forEach(refusal -> refusals.put(refusal.getPosition(), refusal));
    for (int i = 0; i < writes.size(); i++) {
      PendingWrite<?> write = writes.get(i);
      OperationRefusal refusal = refusals.get(i);
      if (!write.isWaitedFor()) {
        outcomes.remember(id.at(i), Outcomes.of(result, i));
      }
      if (write.isSettled()) {
        completions.release(write);
      } else if (refusal == null) {
        write.applied(result.getVersion(), result.getLengths(i));
        completions.succeed(write);
      } else {
        completions.fail(write, Refusals.failure(refusal), Outcome.NOT_APPLIED);
      }
    }
  }

  /**
   * The number was consumed by a fence.
   *
   * @param free those that go on without it
   */
  void fenced(List<PendingWrite<?>> free, Completions completions, Outcomes outcomes) {
    for (int i = 0; i < writes.size(); i++) {
      if (!writes.get(i).isWaitedFor()) {
        outcomes.remember(id.at(i), new Resolution.NeverApplied());
      }
    }
    Failure why = denial;
    if (why == null) {
      why =
          (call, outcome) ->
              new FencedException(call.name() + ": somebody had the request fenced", outcome);
    }
    List<PendingWrite<?>> ended = writes.stream().filter(write -> !free.contains(write)).toList();
    fail(ended, why, Outcome.NOT_APPLIED, completions);
  }

  /** The batch is given up. */
  void fail(Failure failure, Outcome outcome, Completions completions) {
    fail(writes, failure, outcome, completions);
  }

  private static void fail(
      List<PendingWrite<?>> writes, Failure failure, Outcome outcome, Completions completions) {
    for (PendingWrite<?> write : writes) {
      write.show();
      if (write.isSettled()) {
        completions.release(write);
      } else {
        completions.fail(write, failure, outcome);
      }
    }
  }

  /** Called by the outbox, not under the lock. */
  ClientMessage fence(long firstUnanswered) {
    return id.fence(firstUnanswered, Fingerprint.of(operations().asReadOnlyByteBuffer()));
  }

  private ByteString operations() {
    ByteString made = operations == null ? join(writes) : operations;
    operations = made;
    return made;
  }

  /** Called by the outbox, not under the lock. */
  ClientMessage message(long firstUnanswered) {
    return ClientMessage.newBuilder()
        .setBatch(
            Batch.newBuilder()
                .setSession(id.session())
                .setSequence(id.sequence())
                .setFirstUnanswered(firstUnanswered)
                .setOperations(operations()))
        .build();
  }

  private static ByteString join(List<PendingWrite<?>> writes) {
    if (writes.size() == 1) {
      return UnsafeByteOperations.unsafeWrap(writes.get(0).encoded());
    }
    byte[] joined = new byte[writes.stream().mapToInt(PendingWrite::bytes).sum()];
    int end = 0;
    for (PendingWrite<?> write : writes) {
      System.arraycopy(write.encoded(), 0, joined, end, write.bytes());
      end += write.bytes();
    }
    return UnsafeByteOperations.unsafeWrap(joined);
  }
}
