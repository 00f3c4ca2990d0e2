package io.ratiskv.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Fenced;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.protocol.v1.SessionClosed;
import io.ratiskv.protocol.v1.SessionOpened;
import io.ratiskv.statemachine.core.Reply;

/** Turns what the state machine replied into what the client is told. */
final class Answers {
  private Answers() {}

  static ServerMessage to(Command command, Reply reply) {
    return reply.handle(new ToMessage(command));
  }

  /** A refusal that names what is refused. */
  static ServerMessage refusal(Command command, Refusal.Builder refusal) {
    switch (command.getKindCase()) {
      case OPEN -> refusal.setNonce(command.getOpen().getNonce());
      case BATCH ->
          refusal
              .setSequence(command.getBatch().getSequence())
              .setSession(command.getBatch().getSession());
      case FENCE ->
          refusal
              .setFence(command.getFence().getSequence())
              .setSession(command.getFence().getSession());
      default -> refusal.setClosing(command.getClose().getSession());
    }
    return ServerMessage.newBuilder().setRefusal(refusal).build();
  }

  private record ToMessage(Command command) implements Reply.Handler<ServerMessage> {
    @Override
    public ServerMessage opened(Reply.Opened reply) {
      return ServerMessage.newBuilder()
          .setOpened(
              SessionOpened.newBuilder()
                  .setSession(reply.session())
                  .setNonce(command.getOpen().getNonce()))
          .build();
    }

    @Override
    public ServerMessage applied(Reply.Applied reply) {
      try {
        return ServerMessage.newBuilder()
            .setApplied(
                BatchReply.newBuilder()
                    .setSession(reply.session())
                    .setSequence(reply.sequence())
                    .setDuplicate(reply.duplicate())
                    .setResult(BatchResult.parseFrom(reply.result())))
            .build();
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the state machine's own reply is not readable", e);
      }
    }

    @Override
    public ServerMessage closed(Reply.Closed reply) {
      return ServerMessage.newBuilder()
          .setClosed(SessionClosed.newBuilder().setSession(reply.session()))
          .build();
    }

    @Override
    public ServerMessage fenced(Reply.Fenced reply) {
      return ServerMessage.newBuilder()
          .setFenced(Fenced.newBuilder().setSession(reply.session()).setSequence(reply.sequence()))
          .build();
    }

    @Override
    public ServerMessage expired(Reply.Expired reply) {
      throw noClientAsks(reply);
    }

    @Override
    public ServerMessage configured(Reply.Configured reply) {
      throw noClientAsks(reply);
    }

    private static IllegalStateException noClientAsks(Reply reply) {
      return new IllegalStateException("a reply to what no client can ask for: " + reply);
    }

    @Override
    public ServerMessage refused(Reply.Refused reply) {
      return refusal(command, Refusals.of(reply.code(), reply.actual(), reply.limit()));
    }
  }
}
