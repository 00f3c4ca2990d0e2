package io.ratiskv.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;

/** Waits for what must come to pass: in place of sleeps. */
public final class Eventually {
  /** Far more than anything takes on a machine that is busy with other things. */
  public static final Duration PATIENCE = Duration.ofSeconds(40);

  private Eventually() {}

  /** Until the assertions hold. */
  public static void eventually(String what, ThrowingRunnable assertions) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(assertions);
  }

  /** Until the condition is true. */
  public static void until(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
