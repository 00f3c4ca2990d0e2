package io.ratiskv.service;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.protocol.v1.SessionClosed;
import io.ratiskv.protocol.v1.SessionOpened;
import io.ratiskv.statemachine.core.Reply;

/** Turns what the state machine replied into what the client is told. */
final class Answers {
  private Answers() {}

  static ServerMessage to(Request request, Reply reply) {
    return reply.handle(new ToMessage(request)).build();
  }

  private record ToMessage(Request request) implements Reply.Handler<ServerMessage.Builder> {
    @Override
    public ServerMessage.Builder opened(Reply.Opened reply) {
      SessionOpened.Builder opened = SessionOpened.newBuilder().setSession(reply.session());
      if (request instanceof Request.Write write) {
        opened.setNonce(write.command().getOpen().getNonce());
      }
      return ServerMessage.newBuilder().setOpened(opened);
    }

    @Override
    public ServerMessage.Builder applied(Reply.Applied reply) {
      try {
        return ServerMessage.newBuilder()
            .setApplied(
                BatchReply.newBuilder()
                    .setSession(reply.session())
                    .setSequence(reply.sequence())
                    .setDuplicate(reply.duplicate())
                    .setResult(BatchResult.parseFrom(reply.result())));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException("the state machine's own reply is not readable", e);
      }
    }

    @Override
    public ServerMessage.Builder closed(Reply.Closed reply) {
      return ServerMessage.newBuilder()
          .setClosed(SessionClosed.newBuilder().setSession(reply.session()));
    }

    @Override
    public ServerMessage.Builder refused(Reply.Refused reply) {
      return ServerMessage.newBuilder()
          .setRefusal(request.naming(Refusals.of(reply.code(), reply.actual(), reply.limit())));
    }
  }
}
