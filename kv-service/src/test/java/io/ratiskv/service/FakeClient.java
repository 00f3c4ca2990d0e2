package io.ratiskv.service;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client's requests, and what it is answered. */
final class FakeClient {
  private final FakeCall call = new FakeCall();
  private final ClientStream stream =
      new ClientStream(call, 1000, new OpenSessions(), RequestMetrics.unseen());

  ClientStream stream() {
    return stream;
  }

  List<ServerMessage> sent() {
    return call.sent();
  }

  /** Run each time that it is answered, by whoever answers it. */
  void whenSent(Runnable action) {
    call.whenSent(action);
  }

  /** From now on what is sent to it fails, in a way that nobody thought of. */
  void breaks() {
    call.breaks();
  }

  /** What its stream was ended with. */
  @Nullable Throwable failure() {
    return call.failure();
  }

  Request open(int nonce) {
    ByteString bytes = ByteString.copyFromUtf8(String.format("%016d", nonce));
    return write(Command.newBuilder().setOpen(OpenSession.newBuilder().setNonce(bytes)));
  }

  Request put(long session, long sequence, String key, String value) {
    Operations operations =
        Operations.newBuilder()
            .addOperation(
                Operation.newBuilder()
                    .setKind(Operation.Kind.PUT)
                    .setKey(ByteString.copyFromUtf8(key))
                    .setValue(ByteString.copyFromUtf8(value)))
            .build();
    return write(
        Command.newBuilder()
            .setBatch(
                Batch.newBuilder()
                    .setSession(session)
                    .setSequence(sequence)
                    .setFirstUnanswered(1)
                    .setOperations(operations.toByteString())));
  }

  private Request write(Command.Builder command) {
    Command built = command.build();
    return new Request.ClientWrite(stream, built, built.getSerializedSize());
  }

  Request read(long id, String key) {
    Read read = Read.newBuilder().setId(id).addKeys(ByteString.copyFromUtf8(key)).build();
    return new Request.Reading(stream, read, read.getSerializedSize());
  }
}
