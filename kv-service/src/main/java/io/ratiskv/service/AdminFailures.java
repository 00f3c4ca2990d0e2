package io.ratiskv.service;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletionException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * What failures tell about a change that an operator asked for: whether it was done, was not, or
 * may have been.
 */
final class AdminFailures {
  private AdminFailures() {}

  /** Not done, and the same question gets the same answer until something else changes. */
  static StatusRuntimeException refused(String why) {
    return Status.FAILED_PRECONDITION.withDescription(why).asRuntimeException();
  }

  /** Not done, as it isn't possible now or not here. */
  static StatusRuntimeException notNow(String why) {
    return Status.ABORTED.withDescription(why).asRuntimeException();
  }

  /** It may have been done, wholly or in part. */
  static StatusRuntimeException unknown(String why) {
    return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
  }

  /** Of a command that was offered to the log. */
  static StatusRuntimeException ofCommand(@Nullable Throwable failure) {
    String why = failure == null ? "an answer to another question" : String.valueOf(failure);
    return failure instanceof RefusedException refused && !refused.isUnknown()
        ? notNow(String.valueOf(failure.getMessage()))
        : unknown(why);
  }

  /** Of a change that was handed to Ratis; that it wasn't done is told only where Ratis says so. */
  static StatusRuntimeException ofChange(@Nullable Throwable failure) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof ReconfigurationInProgressException) {
      return notNow("another change of members is under way");
    }
    if (cause instanceof ReconfigurationTimeoutException) {
      return refused("the new server isn't there, or makes no progress: start it with --join");
    }
    if (cause instanceof SetConfigurationException) {
      return refused("Raft refused: " + cause.getMessage());
    }
    return unknown("the leader changed or stopped meanwhile: ask again (" + cause + ")");
  }

  /** Of whatever came after the retirement of an id was committed: something was done. */
  static StatusRuntimeException afterRetirement(String id, Throwable failure) {
    Throwable cause = unwrapped(failure);
    String why =
        cause instanceof StatusRuntimeException answer
            ? answer.getStatus().getDescription()
            : String.valueOf(cause);
    return unknown(id + " is retired, but may still be a member: ask again (" + why + ")");
  }

  private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
