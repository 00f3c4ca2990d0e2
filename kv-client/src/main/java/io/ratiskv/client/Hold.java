package io.ratiskv.client;

/**
 * A pause before refused requests are sent again. However many refusals one cause brings, there is
 * one pause; the next is longer, until something is answered. Guarded by the engine's lock.
 */
final class Hold {
  private final Backoff backoff;
  private boolean holding;
  private long untilNanos;

  Hold(Tuning tuning) {
    backoff = new Backoff(tuning.minBackoffNanos(), tuning.maxBackoffNanos());
  }

  void begin(long now) {
    if (!holding) {
      holding = true;
      untilNanos = now + backoff.next();
    }
  }

  boolean holds(long now) {
    holding = holding && untilNanos - now > 0;
    return holding;
  }

  /** Ends it: another server is asked now. */
  void end() {
    holding = false;
  }

  void progress() {
    backoff.reset();
  }

  /** When it ends, if it holds and that is earlier than the given moment. */
  long endOr(long moment) {
    return holding && untilNanos - moment < 0 ? untilNanos : moment;
  }
}
