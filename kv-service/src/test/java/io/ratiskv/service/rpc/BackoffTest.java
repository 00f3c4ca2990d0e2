package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BackoffTest {
  /** Counters of nanoseconds may pass their end. */
  private long now = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(15);

  private final Backoff backoff = new Backoff(() -> now);

  @Test
  void aFailureWaitsTwiceAsLongAsTheOneBeforeUpToABound() {
    assertThat(backoff.waitMillis()).isZero();
    for (long expected = Backoff.FIRST_MILLIS; ; expected *= 2) {
      backoff.failed();
      assertThat(backoff.isFailing()).isTrue();
      assertThat(backoff.waitMillis()).isEqualTo(Math.min(expected, Backoff.LAST_MILLIS));
      now += TimeUnit.MILLISECONDS.toNanos(backoff.waitMillis());
      assertThat(backoff.waitMillis()).isLessThanOrEqualTo(0);
      if (expected > 2 * Backoff.LAST_MILLIS) {
        return;
      }
    }
  }

  @Test
  void whoWaitsDoesNotComeTooEarly() {
    backoff.failed();
    now += 1;
    assertThat(backoff.waitMillis()).isEqualTo(Backoff.FIRST_MILLIS);
  }

  @Test
  void aSuccessEndsIt() {
    backoff.failed();
    backoff.failed();
    backoff.succeeded();
    assertThat(backoff.isFailing()).isFalse();
    assertThat(backoff.waitMillis()).isZero();
    backoff.failed();
    assertThat(backoff.waitMillis()).isEqualTo(Backoff.FIRST_MILLIS);
  }
}
