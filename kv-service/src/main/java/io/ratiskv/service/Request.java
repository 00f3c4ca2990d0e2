package io.ratiskv.service;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.Reply;
import java.util.concurrent.CompletableFuture;

/**
 * What was asked for, on its way through the {@link Committer}. Answered or refused once, by the
 * applying thread or whoever else gets to it, who answers others too: so that doesn't throw. Where
 * it fails, the stream ends.
 */
sealed interface Request {
  /** Bytes that it holds. */
  int bytes();

  void refused(Refusal.Builder refusal);

  /** Becomes a command of a log entry. */
  sealed interface Write extends Request {
    Command command();

    void replied(Reply reply);
  }

  /**
   * A client's write.
   *
   * @param arrived when it came, by {@link System#nanoTime}
   */
  record ClientWrite(ClientStream stream, Command command, int bytes, long arrived)
      implements Write {
    ClientWrite(ClientStream stream, Command command, int bytes) {
      this(stream, command, bytes, System.nanoTime());
    }

    @Override
    public void replied(Reply reply) {
      try {
        stream.metrics().replied(this, reply);
        if (reply instanceof Reply.Opened opened) {
          stream.speaksFor(opened.session(), command.getPrincipal());
        }
        stream.answer(Answers.to(command, reply));
      } catch (RuntimeException e) {
        stream.breaks(e);
      }
    }

    @Override
    public void refused(Refusal.Builder refusal) {
      try {
        stream.metrics().refused(this, refusal);
        stream.answer(Answers.refusal(command, refusal));
      } catch (RuntimeException e) {
        stream.breaks(e);
      }
    }
  }

  /**
   * A command of the service's own.
   *
   * @param reply completed on another thread than the one that applies or refuses: whoever waits
   *     for it may do what he likes next
   */
  record OwnWrite(Command command, int bytes, CompletableFuture<Reply> reply) implements Write {
    static OwnWrite of(Command.Builder command) {
      Command built = command.build();
      return new OwnWrite(built, built.getSerializedSize(), new CompletableFuture<>());
    }

    @Override
    public void replied(Reply applied) {
      reply.defaultExecutor().execute(() -> reply.complete(applied));
    }

    @Override
    public void refused(Refusal.Builder refusal) {
      RefusedException refused = new RefusedException(refusal.build());
      reply.defaultExecutor().execute(() -> reply.completeExceptionally(refused));
    }
  }

  /**
   * Rides on a log entry, or needs none.
   *
   * @param arrived when it came, by {@link System#nanoTime}
   */
  record Reading(ClientStream stream, Read read, int bytes, long arrived) implements Request {
    Reading(ClientStream stream, Read read, int bytes) {
      this(stream, read, bytes, System.nanoTime());
    }

    void answered(KvState state) {
      try {
        stream.metrics().answered(this);
        stream.answer(ReadAnswer.from(read, state));
      } catch (RuntimeException e) {
        stream.breaks(e);
      }
    }

    /** What has no effect is never unknown. */
    @Override
    public void refused(Refusal.Builder refusal) {
      try {
        stream.metrics().refused(this, refusal);
        stream.answer(
            ServerMessage.newBuilder()
                .setRefusal(refusal.setRead(read.getId()).setUnknown(false))
                .build());
      } catch (RuntimeException e) {
        stream.breaks(e);
      }
    }
  }
}
