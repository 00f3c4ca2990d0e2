package io.ratiskv.it.chaos;

import io.ratiskv.client.DeadlineExceededException;
import io.ratiskv.client.FencedException;
import io.ratiskv.client.KvException;
import io.ratiskv.client.OverloadedException;
import io.ratiskv.client.SessionExpiredException;
import io.ratiskv.client.UnavailableException;
import java.util.List;
import java.util.concurrent.CompletionException;

/**
 * How calls of a run may fail: as faults and time explain it. All else, such as what no correct
 * server says, or a limit that no call of a run reaches, is a problem of the run.
 */
final class Lawful {
  private static final List<Class<? extends KvException>> FAILURES =
      List.of(
          DeadlineExceededException.class,
          FencedException.class,
          OverloadedException.class,
          SessionExpiredException.class,
          UnavailableException.class);

  private Lawful() {}

  /**
   * What the call failed with.
   *
   * @throws AssertionError if it never may
   */
  static KvException of(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof KvException known && FAILURES.contains(known.getClass())) {
      return known;
    }
    throw new AssertionError("no fault explains that a call failed so: " + cause, failure);
  }
}
