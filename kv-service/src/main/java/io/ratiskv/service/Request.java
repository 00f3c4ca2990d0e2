package io.ratiskv.service;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.Refusal;

/** What a client asked for, on its way through the {@link Committer}. */
sealed interface Request {
  ClientStream stream();

  /** Bytes that it holds. */
  int bytes();

  /** A refusal that names this request. What has no effect is never unknown. */
  Refusal.Builder naming(Refusal.Builder refusal);

  /** Becomes a command of a log entry. */
  record Write(ClientStream stream, Command command, int bytes) implements Request {
    @Override
    public Refusal.Builder naming(Refusal.Builder refusal) {
      return switch (command.getKindCase()) {
        case OPEN -> refusal.setNonce(command.getOpen().getNonce());
        case BATCH ->
            refusal
                .setSequence(command.getBatch().getSequence())
                .setSession(command.getBatch().getSession());
        default -> refusal.setClosing(command.getClose().getSession());
      };
    }
  }

  /** Rides on a log entry. */
  record Reading(ClientStream stream, Read read, int bytes) implements Request {
    @Override
    public Refusal.Builder naming(Refusal.Builder refusal) {
      return refusal.setRead(read.getId()).setUnknown(false);
    }
  }
}
