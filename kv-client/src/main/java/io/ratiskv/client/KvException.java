package io.ratiskv.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of all failures of a call. The synchronous client throws one, the asynchronous client
 * completes its future with one.
 */
public abstract class KvException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Outcome outcome;

  /** Written before the caller sees the exception. */
  private @Nullable RequestId requestId;

  KvException(String message, Outcome outcome, @Nullable Throwable cause) {
    super(message + " [" + outcome + "]", cause);
    this.outcome = outcome;
  }

  /** Whether the write may have happened; a read that failed is always {@code NOT_APPLIED}. */
  public final Outcome outcome() {
    return outcome;
  }

  /**
   * Names the write, so that {@link AsyncKvClient#resolve} can tell what became of it. There is one
   * wherever the outcome of a write is {@code UNKNOWN}, and none otherwise. Of a resolve that
   * failed it is the id that was asked about.
   */
  public final Optional<RequestId> requestId() {
    return Optional.ofNullable(requestId);
  }

  final void about(@Nullable RequestId id) {
    requestId = id;
  }

  /** Ends with the outcome and, where there is one, the request id. */
  @Override
  public final String getMessage() {
    String message = String.valueOf(super.getMessage());
    return requestId == null ? message : message + " request " + requestId;
  }
}
