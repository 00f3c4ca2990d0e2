package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DiskUseTest {
  private final AtomicInteger measured = new AtomicInteger();
  private final CountDownLatch hangs = new CountDownLatch(1);
  private final CountDownLatch goesOn = new CountDownLatch(1);

  /** The second time it fails, the fourth time it hangs. */
  private DiskUse.Sizes measure() {
    int time = measured.incrementAndGet();
    if (time == 2) {
      throw new IllegalStateException("a disk that fails once");
    }
    if (time == 4) {
      hangs.countDown();
      try {
        goesOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return new DiskUse.Sizes(time, 0, 0);
  }

  @Test
  @Timeout(30)
  void nobodyWaitsForADiskThatHangs() throws Exception {
    try (DiskUse disk = new DiskUse(this::measure, Duration.ofMillis(1))) {
      assertThat(disk.sizes().log()).isPositive();
      hangs.await();
      assertThat(disk.sizes().log()).isEqualTo(3);
      goesOn.countDown();
      await().until(() -> disk.sizes().log() > 3);
    }
  }
}
