package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Code;

/** The answer to one {@link Command}. */
public sealed interface Reply {
  <R> R handle(Handler<R> handler);

  /** One method for each kind. */
  interface Handler<R> {
    R opened(Opened reply);

    R applied(Applied reply);

    R closed(Closed reply);

    R fenced(Fenced reply);

    R expired(Expired reply);

    R configured(Configured reply);

    R refused(Refused reply);
  }

  /** The session is open. */
  record Opened(long session) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.opened(this);
    }
  }

  /**
   * The batch was applied, now or, if {@code duplicate}, before.
   *
   * @param result an encoded {@link io.ratiskv.protocol.v1.BatchResult}, as it is stored
   */
  record Applied(long session, long sequence, boolean duplicate, ByteString result)
      implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.applied(this);
    }
  }

  /** The session is not open any more, whether it was or not. */
  record Closed(long session) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.closed(this);
    }
  }

  /** The batch of that number has not been applied and never will be. */
  record Fenced(long session, long sequence) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.fenced(this);
    }
  }

  /** The session was ended; or, if not {@code removed}, was heard of meanwhile or gone already. */
  record Expired(long session, boolean removed) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.expired(this);
    }
  }

  /** The parameters as they are now. */
  record Configured(Parameters parameters) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.configured(this);
    }
  }

  /** Nothing was done. */
  record Refused(Code code, long actual, long limit) implements Reply {
    @Override
    public <R> R handle(Handler<R> handler) {
      return handler.refused(this);
    }
  }
}
