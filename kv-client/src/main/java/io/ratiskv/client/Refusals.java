package io.ratiskv.client;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.OperationRefusal;
import io.ratiskv.protocol.v1.Refusal;
import org.jspecify.annotations.Nullable;

/** What a refusal that can't be helped by trying again means to the caller. */
final class Refusals {
  private Refusals() {}

  /** The server's, about itself and this moment: the same request may succeed. */
  static boolean isPassing(Code code) {
    return switch (code) {
      case OVERLOADED, UNAVAILABLE, OUT_OF_ORDER, WINDOW_EXCEEDED -> true;
      default -> false;
    };
  }

  static Failure failure(Refusal refusal) {
    String text = describe(refusal);
    return switch (refusal.getCode()) {
      case DENIED -> (call, outcome) -> new AccessDeniedException(text, outcome, null);
      case WRONG_CLUSTER -> (call, outcome) -> new WrongClusterException(text, outcome, null);
      case SESSION_EXPIRED -> (call, outcome) -> new SessionExpiredException(text, outcome, null);
      case TOO_MANY_SESSIONS ->
          (call, outcome) ->
              outcome == Outcome.NOT_APPLIED
                  ? new OverloadedException(text, outcome)
                  : new ProtocolException(text, outcome, null);
      case KEY_EMPTY, KEY_TOO_LARGE, VALUE_TOO_LARGE, BATCH_TOO_LARGE, TOO_MANY_OPERATIONS ->
          (call, outcome) ->
              limit(refusal.getCode(), refusal.getActual(), refusal.getLimit(), outcome);
      default -> (call, outcome) -> new ProtocolException(text, outcome, null);
    };
  }

  /** Of one operation of a batch that was applied. */
  static Failure failure(OperationRefusal refusal) {
    return (call, outcome) ->
        limit(refusal.getCode(), refusal.getActual(), refusal.getLimit(), outcome);
  }

  private static KvException limit(Code code, long actual, long limit, Outcome outcome) {
    String what = quantity(code);
    return what == null
        ? new ProtocolException("an operation was refused: " + code, outcome, null)
        : new LimitExceededException(what, actual, limit, outcome);
  }

  /** What it is that there is too much or too little of; null if it is something else. */
  private static @Nullable String quantity(Code code) {
    return switch (code) {
      case KEY_EMPTY, KEY_TOO_LARGE -> "bytes of the key";
      case VALUE_TOO_LARGE -> "bytes of the value, as it would be";
      case BATCH_TOO_LARGE -> "bytes of a request";
      case TOO_MANY_OPERATIONS -> "operations of a request";
      default -> null;
    };
  }

  /** Of one operation of a batch that was applied, as its resolution. */
  static Resolution resolution(OperationRefusal refusal) {
    String what = quantity(refusal.getCode());
    return new Resolution.RefusedByLimit(
        what == null ? refusal.getCode().toString() : what,
        refusal.getActual(),
        refusal.getLimit());
  }

  static String describe(Refusal refusal) {
    StringBuilder text = new StringBuilder("refused: ").append(refusal.getCode());
    if (refusal.getLimit() != 0) {
      text.append(", ")
          .append(refusal.getActual())
          .append(" of at most ")
          .append(refusal.getLimit());
    }
    if (!refusal.getMessage().isEmpty()) {
      text.append(": ").append(refusal.getMessage());
    }
    return text.toString();
  }
}
