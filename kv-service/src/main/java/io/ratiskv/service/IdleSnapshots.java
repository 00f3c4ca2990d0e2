package io.ratiskv.service;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Has a snapshot taken once nothing was applied for a while: a restart has little to apply then,
 * which in a Java that has just been started takes longest.
 *
 * <p>Called by one thread, a few times a second.
 */
final class IdleSnapshots {
  /** Looks without anything applied between them. */
  static final int QUIET_LOOKS = 4;

  private final LongSupplier applied;
  private final BooleanSupplier isDue;
  private final Runnable take;

  private long seen = -1;
  private int quiet;

  /**
   * Of a server.
   *
   * @param applied the index of the last entry that is applied
   * @param isDue whether there is enough for a snapshot
   * @param take begins one, and doesn't wait for it
   */
  IdleSnapshots(LongSupplier applied, BooleanSupplier isDue, Runnable take) {
    this.applied = applied;
    this.isDue = isDue;
    this.take = take;
  }

  void look() {
    long now = applied.getAsLong();
    if (now != seen) {
      seen = now;
      quiet = 0;
    } else if (quiet < QUIET_LOOKS && ++quiet == QUIET_LOOKS && isDue.getAsBoolean()) {
      take.run();
    }
  }
}
