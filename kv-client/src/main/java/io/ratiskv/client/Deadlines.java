package io.ratiskv.client;

/**
 * The earliest deadline, or something earlier: while it lies ahead no call needs to be looked at.
 * Guarded by the engine's lock.
 */
final class Deadlines {
  private boolean any;
  private long earliestNanos;

  void note(PendingCall<?> call) {
    if (!any || call.deadlineNanos() - earliestNanos < 0) {
      any = true;
      earliestNanos = call.deadlineNanos();
    }
  }

  /** If true all calls have to be passed to {@link #passed}, which finds the next deadline. */
  boolean due(long now) {
    boolean due = any && earliestNanos - now <= 0;
    any = any && !due;
    return due;
  }

  /** Whether the call's time is over; if not, its deadline is noted. */
  boolean passed(PendingCall<?> call, long now) {
    if (call.deadlineNanos() - now <= 0) {
      return true;
    }
    note(call);
    return false;
  }
}
