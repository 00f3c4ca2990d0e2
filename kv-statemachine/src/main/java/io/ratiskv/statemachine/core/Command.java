package io.ratiskv.statemachine.core;

import java.util.List;

/** One request in a log entry. */
sealed interface Command {
  /** Who asks; empty: anonymous. */
  String principal();

  <R> R handle(Handler<R> handler);

  /** One method for each kind. */
  interface Handler<R> {
    R open(Open command);

    R batch(Batch command);

    R close(Close command);

    R fence(Fence command);

    R expire(Expire command);

    R setParameters(SetParameters command);
  }

  /** Opens a session, or finds the one that the same nonce opened. */
  record Open(String principal, Bytes nonce) implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.open(this);
    }
  }

  /**
   * Writes of a session.
   *
   * @param fingerprint of the encoded operations: tells one payload from another under the same
   *     number
   */
  record Batch(
      String principal,
      long session,
      long sequence,
      long firstUnanswered,
      long fingerprint,
      List<Operation> operations)
      implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.batch(this);
    }
  }

  /** Ends a session. */
  record Close(String principal, long session) implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.close(this);
    }
  }

  /**
   * Consumes a sequence number, unless its batch was applied.
   *
   * @param fingerprint of the batch's encoded operations; 0: not known
   */
  record Fence(
      String principal, long session, long sequence, long firstUnanswered, long fingerprint)
      implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.fence(this);
    }
  }

  /**
   * Ends a session that the leader hasn't heard of for long.
   *
   * @param lastIndex the log index at which the session was last heard of, as the leader saw it
   */
  record Expire(String principal, long session, long lastIndex) implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.expire(this);
    }
  }

  /** Replaces the session TTL, unless it is 0; retires a server, unless the id is empty. */
  record SetParameters(String principal, long sessionTtlMillis, String retiredServer)
      implements Command {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.setParameters(this);
    }
  }
}
