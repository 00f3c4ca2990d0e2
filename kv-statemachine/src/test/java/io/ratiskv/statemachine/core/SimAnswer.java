package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Code;

/**
 * An answer in a form that the model makes and a {@link Reply} can be turned into.
 *
 * @param kind what it is
 * @param code why something was refused; CODE_UNSPECIFIED if it wasn't
 * @param first the session; of a refusal the actual number; of parameters their value
 * @param second the sequence number; of a refusal the limit
 * @param result of a batch, encoded; else empty
 */
record SimAnswer(Kind kind, Code code, long first, long second, ByteString result) {
  /** What may be answered. */
  enum Kind {
    OPENED,
    APPLIED,
    DUPLICATE,
    CLOSED,
    FENCED,
    EXPIRED,
    NOT_EXPIRED,
    CONFIGURED,
    REFUSED
  }

  static SimAnswer of(Kind kind, long first, long second) {
    return new SimAnswer(kind, Code.CODE_UNSPECIFIED, first, second, ByteString.EMPTY);
  }

  static SimAnswer applied(Kind kind, long session, long sequence, ByteString result) {
    return new SimAnswer(kind, Code.CODE_UNSPECIFIED, session, sequence, result);
  }

  static SimAnswer refused(Code code, long actual, long limit) {
    return new SimAnswer(Kind.REFUSED, code, actual, limit, ByteString.EMPTY);
  }

  /** What the code under test answered. */
  static SimAnswer of(Reply reply) {
    return reply.handle(FROM_REPLY);
  }

  private static final Reply.Handler<SimAnswer> FROM_REPLY =
      new Reply.Handler<>() {
        @Override
        public SimAnswer opened(Reply.Opened reply) {
          return of(Kind.OPENED, reply.session(), 0);
        }

        @Override
        public SimAnswer applied(Reply.Applied reply) {
          Kind kind = reply.duplicate() ? Kind.DUPLICATE : Kind.APPLIED;
          return SimAnswer.applied(kind, reply.session(), reply.sequence(), reply.result());
        }

        @Override
        public SimAnswer closed(Reply.Closed reply) {
          return of(Kind.CLOSED, reply.session(), 0);
        }

        @Override
        public SimAnswer fenced(Reply.Fenced reply) {
          return of(Kind.FENCED, reply.session(), reply.sequence());
        }

        @Override
        public SimAnswer expired(Reply.Expired reply) {
          return of(reply.removed() ? Kind.EXPIRED : Kind.NOT_EXPIRED, reply.session(), 0);
        }

        @Override
        public SimAnswer configured(Reply.Configured reply) {
          return of(Kind.CONFIGURED, reply.parameters().sessionTtlMillis(), 0);
        }

        @Override
        public SimAnswer refused(Reply.Refused reply) {
          return SimAnswer.refused(reply.code(), reply.actual(), reply.limit());
        }
      };
}
