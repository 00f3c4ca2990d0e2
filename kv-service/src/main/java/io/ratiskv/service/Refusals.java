package io.ratiskv.service;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;

/**
 * Puts refusals into words. The numbers stand in fields of their own; the words are for a person.
 */
final class Refusals {
  private Refusals() {}

  static Refusal.Builder of(Code code, long actual, long limit) {
    return Refusal.newBuilder()
        .setCode(code)
        .setActual(actual)
        .setLimit(limit)
        .setMessage(words(code, actual, limit));
  }

  static Refusal.Builder of(Code code, String message) {
    return Refusal.newBuilder().setCode(code).setMessage(message);
  }

  private static String words(Code code, long actual, long limit) {
    return switch (code) {
      case SESSION_EXPIRED -> "there is no such session (any more)";
      case DENIED -> "the session is another principal's";
      case SEQUENCE_REUSED ->
          "another batch was applied under the sequence number "
              + actual
              + "; the next is "
              + limit;
      case FENCED -> "batch " + actual + " was given up by a fence, and never takes effect";
      case STALE ->
          "the reply to batch " + actual + " is not kept any more; kept are those from " + limit;
      case OUT_OF_ORDER -> "batch " + actual + " is not the next, which is " + limit;
      case WINDOW_EXCEEDED ->
          "a session of " + actual + " unanswered batches, the limit is " + limit;
      case TOO_MANY_SESSIONS -> actual + " sessions are open, the limit is " + limit;
      case OVERLOADED -> "the server has " + actual + " pending, the limit is " + limit;
      default -> code + ": " + actual + ", the limit is " + limit;
    };
  }
}
