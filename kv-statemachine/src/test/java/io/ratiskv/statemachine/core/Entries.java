package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.CloseSession;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.DigestCheck;
import io.ratiskv.protocol.v1.ExpireSession;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Operation.Kind;
import io.ratiskv.protocol.v1.OperationRefusal;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.protocol.v1.SetParameters;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Log entries as a server makes them, and the replies as they ought to be. */
final class Entries {
  static final String ALICE = "alice";
  static final String BOB = "bob";

  private Entries() {}

  static byte[] entry(io.ratiskv.protocol.v1.Command... commands) {
    return LogEntry.newBuilder()
        .setFormat(EntryDecoder.FORMAT)
        .addAllCommands(List.of(commands))
        .build()
        .toByteArray();
  }

  /** An entry without commands. */
  static byte[] barrier() {
    return entry();
  }

  /** A barrier that says what digest the leader had after the entry at {@code index}. */
  static byte[] barrier(long index, long digest) {
    return LogEntry.newBuilder()
        .setFormat(EntryDecoder.FORMAT)
        .setCheck(DigestCheck.newBuilder().setIndex(index).setDigest(digest))
        .build()
        .toByteArray();
  }

  static io.ratiskv.protocol.v1.Command open(String principal, String nonce) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setPrincipal(principal)
        .setOpen(OpenSession.newBuilder().setNonce(nonce(nonce)))
        .build();
  }

  /** {@code text}, made as long as a nonce is. */
  static ByteString nonce(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteString.copyFrom(Arrays.copyOf(bytes, Limits.NONCE_BYTES));
  }

  static io.ratiskv.protocol.v1.Command close(String principal, long session) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setPrincipal(principal)
        .setClose(CloseSession.newBuilder().setSession(session))
        .build();
  }

  static io.ratiskv.protocol.v1.Command batch(
      String principal,
      long session,
      long sequence,
      long firstUnanswered,
      io.ratiskv.protocol.v1.Operation... operations) {
    return batch(principal, session, sequence, firstUnanswered, operations(operations));
  }

  static io.ratiskv.protocol.v1.Command batch(
      String principal, long session, long sequence, long firstUnanswered, ByteString operations) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setPrincipal(principal)
        .setBatch(
            Batch.newBuilder()
                .setSession(session)
                .setSequence(sequence)
                .setFirstUnanswered(firstUnanswered)
                .setOperations(operations))
        .build();
  }

  static ByteString operations(io.ratiskv.protocol.v1.Operation... operations) {
    return Operations.newBuilder().addAllOperation(List.of(operations)).build().toByteString();
  }

  static io.ratiskv.protocol.v1.Operation put(String key, String value) {
    return operation(Kind.PUT, ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value));
  }

  static io.ratiskv.protocol.v1.Operation append(String key, String tail) {
    return operation(Kind.APPEND, ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(tail));
  }

  static io.ratiskv.protocol.v1.Operation operation(Kind kind, ByteString key, ByteString value) {
    return io.ratiskv.protocol.v1.Operation.newBuilder()
        .setKind(kind)
        .setKey(key)
        .setValue(value)
        .build();
  }

  static ByteString zeros(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  static io.ratiskv.protocol.v1.Command fence(String principal, long session, long sequence) {
    return fence(principal, session, sequence, 0);
  }

  static io.ratiskv.protocol.v1.Command fence(
      String principal, long session, long sequence, long first) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setPrincipal(principal)
        .setFence(
            Fence.newBuilder().setSession(session).setSequence(sequence).setFirstUnanswered(first))
        .build();
  }

  /** By one who knows the batch, and which answers the session has. */
  static io.ratiskv.protocol.v1.Command fence(io.ratiskv.protocol.v1.Command of) {
    var batch = of.getBatch();
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setPrincipal(of.getPrincipal())
        .setFence(
            Fence.newBuilder()
                .setSession(batch.getSession())
                .setSequence(batch.getSequence())
                .setFirstUnanswered(batch.getFirstUnanswered())
                .setFingerprint(Fingerprint.of(batch.getOperations().asReadOnlyByteBuffer())))
        .build();
  }

  static io.ratiskv.protocol.v1.Command expire(long session, long lastIndex) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setExpire(ExpireSession.newBuilder().setSession(session).setLastIndex(lastIndex))
        .build();
  }

  static io.ratiskv.protocol.v1.Command setSessionTtl(long millis) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setSetParameters(SetParameters.newBuilder().setSessionTtlMillis(millis))
        .build();
  }

  static io.ratiskv.protocol.v1.Command retire(String server) {
    return io.ratiskv.protocol.v1.Command.newBuilder()
        .setSetParameters(SetParameters.newBuilder().setRetiredServer(server))
        .build();
  }

  static Reply fenced(long session, long sequence) {
    return new Reply.Fenced(session, sequence);
  }

  static Reply expired(long session, boolean removed) {
    return new Reply.Expired(session, removed);
  }

  static Reply opened(long session) {
    return new Reply.Opened(session);
  }

  static Reply closed(long session) {
    return new Reply.Closed(session);
  }

  static Reply refused(Code code, long actual, long limit) {
    return new Reply.Refused(code, actual, limit);
  }

  static Reply applied(long session, long sequence, long version, Integer... lengths) {
    return applied(session, sequence, result(version, lengths).build());
  }

  static Reply applied(long session, long sequence, BatchResult result) {
    return new Reply.Applied(session, sequence, false, result.toByteString());
  }

  static Reply duplicate(long session, long sequence, long version, Integer... lengths) {
    return duplicate(session, sequence, result(version, lengths).build());
  }

  static Reply duplicate(long session, long sequence, BatchResult result) {
    return new Reply.Applied(session, sequence, true, result.toByteString());
  }

  static BatchResult.Builder result(long version, Integer... lengths) {
    return BatchResult.newBuilder().setVersion(version).addAllLengths(List.of(lengths));
  }

  static OperationRefusal tooLarge(int position, long actual) {
    return OperationRefusal.newBuilder()
        .setPosition(position)
        .setCode(Code.VALUE_TOO_LARGE)
        .setActual(actual)
        .setLimit(Limits.MAX_VALUE_BYTES)
        .build();
  }
}
