package io.ratiskv.statemachine.core;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on its way to a server, or the answer on its way back.
 *
 * @param client who asks; {@link #NOBODY}: the leader itself, or one who doesn't wait
 * @param server who is asked
 * @param command what is asked
 * @param reply what the state machine says; null unless it was applied
 * @param refusal what the server says instead; null unless it refuses
 */
record SimMessage(
    int client, int server, Command command, @Nullable Reply reply, @Nullable Code refusal) {
  static final int NOBODY = -1;

  static SimMessage request(int client, int server, Command command) {
    return new SimMessage(client, server, command, null, null);
  }

  SimMessage replied(Reply answer) {
    return new SimMessage(client, server, command, answer, null);
  }

  SimMessage refused(Code code) {
    return new SimMessage(client, server, command, null, code);
  }

  boolean isRequest() {
    return reply == null && refusal == null;
  }

  @Override
  public String toString() {
    String request = "client " + client + ", server " + server + ": " + words(command);
    return isRequest() ? request : request + " -> " + (reply == null ? refusal : words(reply));
  }

  /** A command, for the trace. */
  static String words(Command command) {
    return switch (command.getKindCase()) {
      case OPEN -> "open " + command.getOpen().getNonce().toStringUtf8().trim();
      case BATCH -> words(command.getBatch());
      case CLOSE -> "close session " + command.getClose().getSession();
      case FENCE -> "fence " + brief(command.getFence());
      case EXPIRE -> "expire " + brief(command.getExpire());
      default -> brief(command);
    };
  }

  private static String words(Batch batch) {
    StringBuilder words = new StringBuilder();
    words.append(brief(batch.toBuilder().clearOperations().build()));
    try {
      for (Operation operation : Operations.parseFrom(batch.getOperations()).getOperationList()) {
        words.append(", ").append(brief(operation));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the simulation's own operations can't be read", e);
    }
    return "batch " + words;
  }

  private static String words(Reply answer) {
    if (!(answer instanceof Reply.Applied applied)) {
      return answer.toString();
    }
    try {
      String result = brief(BatchResult.parseFrom(applied.result()));
      return (applied.duplicate() ? "applied before, " : "applied, ") + result;
    } catch (InvalidProtocolBufferException e) {
      return "applied, unreadable";
    }
  }

  private static String brief(Message message) {
    return TextFormat.printer()
        .emittingSingleLine(true)
        .printToString(message)
        .replaceAll("_{2,}", "_");
  }
}
