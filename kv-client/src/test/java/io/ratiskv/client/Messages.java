package io.ratiskv.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.Fenced;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.ReadResult;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.protocol.v1.SessionClosed;
import io.ratiskv.protocol.v1.SessionOpened;
import io.ratiskv.protocol.v1.Welcome;
import java.util.List;

/** What servers say, and what clients said, in few words. */
final class Messages {
  private Messages() {}

  static Leader leader(String name, String endpoint) {
    return Leader.newBuilder().setServer(name).setEndpoint(endpoint).setTerm(1).build();
  }

  /** From the leader itself. */
  static ServerMessage welcome() {
    return welcome("c", "n1", leader("n1", "h1:1"));
  }

  static ServerMessage welcome(String cluster, String server, Leader leader) {
    return ServerMessage.newBuilder()
        .setWelcome(
            Welcome.newBuilder()
                .setProtocolVersion(1)
                .setCluster(cluster)
                .setServer(server)
                .setLeader(leader))
        .build();
  }

  /** From the leader itself, in that life of the cluster. */
  static ServerMessage welcome(long epoch) {
    ServerMessage.Builder message = welcome().toBuilder();
    message.getWelcomeBuilder().setEpoch(epoch);
    return message.build();
  }

  static ServerMessage fenced(long session, long sequence) {
    return ServerMessage.newBuilder()
        .setFenced(Fenced.newBuilder().setSession(session).setSequence(sequence))
        .build();
  }

  static ServerMessage fenced(Fence fence) {
    return fenced(fence.getSession(), fence.getSequence());
  }

  static ServerMessage refused(Fence fence, Code code) {
    return refused(ClientMessage.newBuilder().setFence(fence).build(), code);
  }

  static ServerMessage welcomeWithoutLeader() {
    return ServerMessage.newBuilder()
        .setWelcome(Welcome.newBuilder().setProtocolVersion(1).setCluster("c").setServer("n1"))
        .build();
  }

  static ServerMessage opened(ByteString nonce, long session) {
    return ServerMessage.newBuilder()
        .setOpened(SessionOpened.newBuilder().setNonce(nonce).setSession(session))
        .build();
  }

  static ServerMessage closed(long session) {
    return ServerMessage.newBuilder()
        .setClosed(SessionClosed.newBuilder().setSession(session))
        .build();
  }

  /** Every operation of the batch was applied; the values are of length 1. */
  static ServerMessage applied(Batch batch, long version) {
    BatchResult.Builder result = BatchResult.newBuilder().setVersion(version);
    operations(batch).getOperationList().forEach(operation -> result.addLengths(1));
    return applied(batch, result.build());
  }

  static ServerMessage applied(Batch batch, BatchResult result) {
    return ServerMessage.newBuilder()
        .setApplied(
            BatchReply.newBuilder()
                .setSession(batch.getSession())
                .setSequence(batch.getSequence())
                .setResult(result))
        .build();
  }

  static ServerMessage found(Read read, int first, List<String> values) {
    ReadReply.Builder reply = ReadReply.newBuilder().setId(read.getId()).setFirst(first);
    for (String value : values) {
      reply.addResults(
          ReadResult.newBuilder()
              .setFound(true)
              .setValue(ByteString.copyFromUtf8(value))
              .setVersion(7));
    }
    return ServerMessage.newBuilder().setRead(reply).build();
  }

  /** Refuses whatever the message asks for. */
  static Refusal.Builder refusal(ClientMessage message, Code code) {
    Refusal.Builder refusal = Refusal.newBuilder().setCode(code);
    switch (message.getKindCase()) {
      case OPEN -> refusal.setNonce(message.getOpen().getNonce());
      case BATCH ->
          refusal
              .setSequence(message.getBatch().getSequence())
              .setSession(message.getBatch().getSession());
      case READ ->
          refusal.setRead(message.getRead().getId()).setSession(message.getRead().getSession());
      case CLOSE ->
          refusal
              .setClosing(message.getClose().getSession())
              .setSession(message.getClose().getSession());
      case FENCE ->
          refusal
              .setFence(message.getFence().getSequence())
              .setSession(message.getFence().getSession());
      case HELLO, KIND_NOT_SET -> {
        // About the stream.
      }
    }
    return refusal;
  }

  static ServerMessage refused(ClientMessage message, Code code) {
    return ServerMessage.newBuilder().setRefusal(refusal(message, code)).build();
  }

  static ServerMessage refused(Batch batch, Code code) {
    return refused(ClientMessage.newBuilder().setBatch(batch).build(), code);
  }

  static Operations operations(Batch batch) {
    try {
      return Operations.parseFrom(batch.getOperations());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the client sent garbage", e);
    }
  }

  /** The values of the batch's operations, in order. */
  static List<String> values(Batch batch) {
    return operations(batch).getOperationList().stream()
        .map(operation -> operation.getValue().toStringUtf8())
        .toList();
  }
}
