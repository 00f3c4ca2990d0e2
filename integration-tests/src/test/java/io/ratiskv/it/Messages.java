package io.ratiskv.it;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.CloseSession;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.protocol.v1.Read;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** What a client says, spelled out. */
public final class Messages {
  private Messages() {}

  public static ClientMessage hello(String cluster) {
    return ClientMessage.newBuilder()
        .setHello(Hello.newBuilder().setProtocolVersion(1).setCluster(cluster))
        .build();
  }

  public static ByteString nonce() {
    byte[] bytes = new byte[Limits.NONCE_BYTES];
    ThreadLocalRandom.current().nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  public static ClientMessage open(ByteString nonce) {
    return ClientMessage.newBuilder().setOpen(OpenSession.newBuilder().setNonce(nonce)).build();
  }

  static ClientMessage close(long session) {
    return ClientMessage.newBuilder()
        .setClose(CloseSession.newBuilder().setSession(session))
        .build();
  }

  static ClientMessage batch(
      long session, long sequence, long firstUnanswered, ByteString operations) {
    return ClientMessage.newBuilder()
        .setBatch(
            Batch.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setFirstUnanswered(firstUnanswered)
                .setOperations(operations))
        .build();
  }

  static ClientMessage read(long id, String... keys) {
    return ClientMessage.newBuilder()
        .setRead(
            Read.newBuilder()
                .setId(id)
                .addAllKeys(List.of(keys).stream().map(ByteString::copyFromUtf8).toList()))
        .build();
  }

  static ByteString operations(Operation... operations) {
    return Operations.newBuilder().addAllOperation(List.of(operations)).build().toByteString();
  }

  static Operation operation(Operation.Kind kind, ByteString key, ByteString value) {
    return Operation.newBuilder().setKind(kind).setKey(key).setValue(value).build();
  }

  /** The operations of a batch that puts one key. */
  static ByteString put(String key, String value) {
    return operations(
        operation(
            Operation.Kind.PUT, ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)));
  }

  /** The operations of a batch that appends to one key. */
  static ByteString append(String key, String value) {
    return operations(
        operation(
            Operation.Kind.APPEND, ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value)));
  }
}
