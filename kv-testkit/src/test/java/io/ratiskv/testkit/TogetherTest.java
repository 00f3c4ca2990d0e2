package io.ratiskv.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TogetherTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final CountDownLatch never = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final Together together = new Together();

  @Test
  void whatWaitsForOneThatFailsIsInterrupted() {
    together.add("waits", this::waitForever);
    together.add("fails", TogetherTest::fail);
    assertThatThrownBy(() -> together.await(true, LONG, "not started"))
        .hasMessage("not started")
        .hasRootCauseMessage("a port is taken");
    assertThat(interrupted.getCount()).isZero();
  }

  @Test
  void whatDoesNotDependOnOneThatFailsGoesOn() {
    CountDownLatch failed = new CountDownLatch(1);
    boolean[] done = new boolean[1];
    together.add(
        "fails",
        () -> {
          failed.countDown();
          fail();
        });
    together.add(
        "goes on",
        () -> {
          waitFor(failed);
          done[0] = true;
        });
    assertThatThrownBy(() -> together.await(false, LONG, "not ended"))
        .hasRootCauseMessage("a port is taken");
    assertThat(done).containsExactly(true);
  }

  @Test
  void nobodyWaitsForEver() {
    together.add("waits", this::waitForever);
    assertThatThrownBy(() -> together.await(true, Duration.ofMillis(10), "not started"))
        .hasMessage("not started in PT0.01S");
    waitFor(interrupted);
  }

  private static void fail() {
    throw new IllegalStateException("a port is taken");
  }

  private void waitForever() {
    try {
      never.await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
