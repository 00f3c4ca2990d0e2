package io.ratiskv.service;

import java.util.function.Predicate;

/**
 * Which other servers this one hears and answers: for tests that part a cluster, and at the end.
 * After the end none of their requests is taken or answered: what would be said may not be kept.
 *
 * <p>Any thread may call.
 */
final class Hearing {
  private final Predicate<String> hears;
  private volatile boolean over;

  /** {@code hears} is asked with a server's id, for each of its requests, by any thread. */
  Hearing(Predicate<String> hears) {
    this.hears = hears;
  }

  /** Nobody is heard or answered any more. */
  void end() {
    over = true;
  }

  /** Whether this server hears another now. */
  boolean of(String other) {
    return !over && hears.test(other);
  }
}
