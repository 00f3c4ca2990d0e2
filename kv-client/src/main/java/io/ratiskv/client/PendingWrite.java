package io.ratiskv.client;

import com.google.protobuf.UnsafeByteOperations;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import org.jspecify.annotations.Nullable;

/** A put or an append. */
final class PendingWrite<R> extends PendingCall<R> {
  /** What the user gets. */
  @FunctionalInterface
  interface Result<R> {
    R of(long version, int length);
  }

  private final String name;

  /**
   * An encoded {@code Operations} of this one operation. Encodings of a message may be joined, and
   * then hold all that their parts held: so a batch is made without encoding anything twice.
   */
  private final byte[] encoded;

  private final Result<R> result;

  /** What it travels in; null as long as it waits. This and the three below: guarded by this. */
  private @Nullable BatchId batch;

  /** Its place in the batch. */
  private int position;

  /** The user has asked for its id, and may have written it down: it keeps it for good. */
  private boolean told;

  /** It may yet get another id, so the present one isn't told. */
  private boolean hidden;

  /** The place among all writes of the client. Guarded by the engine's lock, as all below. */
  private long ticket;

  private long version;
  private int length;

  /** It failed while its batch goes on; it is let go with the batch. */
  private boolean keepsBudget;

  /** Made on the caller's thread: this is where key and value are copied. */
  PendingWrite(
      Operation.Kind kind,
      byte[] key,
      byte[] value,
      Result<R> result,
      long timeoutNanos,
      boolean direct) {
    super(timeoutNanos, direct);
    this.name = kind == Operation.Kind.PUT ? "put" : "append";
    this.result = result;
    this.encoded =
        Operations.newBuilder()
            .addOperation(
                Operation.newBuilder()
                    .setKind(kind)
                    .setKey(UnsafeByteOperations.unsafeWrap(key))
                    .setValue(UnsafeByteOperations.unsafeWrap(value)))
            .build()
            .toByteArray();
  }

  /** Never changed. */
  byte[] encoded() {
    return encoded;
  }

  long ticket() {
    return ticket;
  }

  void number(long place) {
    ticket = place;
  }

  /** Null: it waits again. */
  synchronized void numbered(@Nullable BatchId in, int place) {
    position = place;
    batch = in;
    hidden = false;
  }

  /** Keeps its id from being told from now on; false where it was. */
  synchronized boolean hide() {
    hidden = !told;
    return hidden;
  }

  /** Its id may be told, and then is its own for good. */
  synchronized void show() {
    hidden = false;
  }

  @Override
  synchronized @Nullable RequestId requestId() {
    BatchId known = batch;
    if (known == null || hidden) {
      return null;
    }
    told = true;
    return known.at(position);
  }

  /** Whether there is still somebody to tell. */
  boolean isWaitedFor() {
    return !isSettled() && !future().isDone();
  }

  void applied(long atVersion, int lengthAfter) {
    version = atVersion;
    length = lengthAfter;
  }

  void keepBudget() {
    keepsBudget = true;
  }

  @Override
  boolean keepsBudget() {
    return keepsBudget;
  }

  @Override
  String name() {
    return name;
  }

  @Override
  CallListener.Kind kind() {
    return name.equals("put") ? CallListener.Kind.PUT : CallListener.Kind.APPEND;
  }

  @Override
  int bytes() {
    return encoded.length;
  }

  @Override
  R result() {
    return result.of(version, length);
  }

  @Override
  void enqueue(Writes writes, Reads reads, Resolves resolves) {
    writes.add(this);
  }
}
