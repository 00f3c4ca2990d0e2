package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class KeptSignalTest {
  private final KeptSignal signal = new KeptSignal("test");

  @Test
  void oneGivenWhileNobodyWaitsEndsTheNextWait() throws InterruptedException {
    signal.signal();
    assertThat(signal.await(1, TimeUnit.MINUTES)).isTrue();
  }

  @Test
  void itIsTakenByOneWait() throws InterruptedException {
    signal.signal();
    signal.signal();
    assertThat(signal.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(signal.await(1, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void aWaitOfNoTimeTellsAndTakesIt() throws InterruptedException {
    assertThat(signal.await(0, TimeUnit.MILLISECONDS)).isFalse();
    signal.signal();
    assertThat(signal.await(0, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(signal.await(-1, TimeUnit.MILLISECONDS)).isFalse();
  }

  @Test
  void itEndsAWaitThatHasBegun() throws InterruptedException {
    Thread waiting = Thread.currentThread();
    CompletableFuture<Void> giver =
        CompletableFuture.runAsync(
            () -> {
              await().until(waiting::getState, Thread.State.TIMED_WAITING::equals);
              signal.signal();
            });
    assertThat(signal.await(1, TimeUnit.MINUTES)).isTrue();
    giver.join();
  }

  @Test
  void withoutATimeItWaitsForOneOnly() throws InterruptedException {
    signal.signal();
    signal.await();
    assertThat(signal.await(0, TimeUnit.MILLISECONDS)).isFalse();
  }
}
