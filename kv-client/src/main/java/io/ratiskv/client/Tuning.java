package io.ratiskv.client;

import java.time.Duration;

/**
 * The times that no user needs to set.
 *
 * @param silenceNanos a stream that answers nothing for so long, while an answer is due, is dropped
 * @param stallNanos a stream that leaves one request unanswered for so long is dropped
 * @param sweepNanos deadlines are noticed so late at most
 * @param minBackoffNanos the first pause after a failure
 * @param maxBackoffNanos the longest pause
 */
record Tuning(
    long silenceNanos,
    long stallNanos,
    long sweepNanos,
    long minBackoffNanos,
    long maxBackoffNanos) {
  /** A leader that was cut off from its cluster is silent; elections take about a second. */
  static final Tuning DEFAULT =
      of(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMillis(20),
          Duration.ofMillis(10),
          Duration.ofMillis(500));

  static Tuning of(
      Duration silence, Duration stall, Duration sweep, Duration minBackoff, Duration maxBackoff) {
    return new Tuning(
        silence.toNanos(),
        stall.toNanos(),
        sweep.toNanos(),
        minBackoff.toNanos(),
        maxBackoff.toNanos());
  }
}
