package io.ratiskv.client;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.ReadResult;

/** A get. */
final class PendingRead extends PendingCall<GetResult> {
  private final ByteString key;

  /** The last write that the client called before. Guarded by the engine's lock, as all below. */
  private long afterTicket;

  private ReadResult answer = ReadResult.getDefaultInstance();

  PendingRead(byte[] key, long timeoutNanos, boolean direct) {
    super(timeoutNanos, direct);
    this.key = ByteString.copyFrom(key);
  }

  ByteString key() {
    return key;
  }

  long afterTicket() {
    return afterTicket;
  }

  void answered(ReadResult with) {
    answer = with;
  }

  @Override
  String name() {
    return "get";
  }

  @Override
  CallListener.Kind kind() {
    return CallListener.Kind.GET;
  }

  @Override
  int bytes() {
    return key.size();
  }

  @Override
  GetResult result() {
    return new GetResult(answer.getFound(), answer.getValue().toByteArray(), answer.getVersion());
  }

  @Override
  void enqueue(Writes writes, Reads reads, Resolves resolves) {
    afterTicket = writes.lastTicket();
    reads.add(this);
  }
}
