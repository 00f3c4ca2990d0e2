package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FixedRateTest {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Goes on only where somebody waits, or where a test says so. */
  private static final class ManualTime implements Time {
    private long now = 5;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void awaitUntil(long deadline) {
      now = Math.max(now, deadline);
    }
  }

  private final ManualTime time = new ManualTime();
  private int calls;

  /** Of 1000 calls, the 501st takes a second: those that were due meanwhile have waited too. */
  @Test
  void aStallShowsInAllCallsThatWereDueMeanwhile() throws InterruptedException {
    Target target =
        new FakeTarget(
            () -> {
              time.now += ++calls == 501 ? SECOND : 0;
              return CompletableFuture.completedFuture(true);
            });
    Histogram latencies = run(plan(1000), target, 2 * SECOND).latencies().get(Kind.PUT);
    assertThat(latencies.getTotalCount()).isEqualTo(2000);
    // Half of them: a client that waits for the stall to end would have one slow call in 1001.
    assertThat(latencies.getCountBetweenValues(MILLI, 2 * SECOND)).isBetween(998L, 1001L);
    assertThat(latencies.getValueAtPercentile(75)).isBetween(480 * MILLI, 520 * MILLI);
    assertThat(latencies.getMaxValue()).isBetween(995 * MILLI, 1005 * MILLI);
  }

  /** 100 calls are due in a second, and a call takes 20 ms: half of them are answered within it. */
  @Test
  void aStoreThatFallsBehindHasDoneWhatItAnsweredInTheTime() throws InterruptedException {
    Target target =
        new FakeTarget(
            () -> {
              time.now += 20 * MILLI;
              return CompletableFuture.completedFuture(true);
            });
    Tally tally = run(plan(100), target, SECOND);
    assertThat(tally.latencies().get(Kind.PUT).getTotalCount()).isEqualTo(100);
    assertThat(tally.done().get(Kind.PUT)).isBetween(49L, 50L);
    assertThat(tally.lateness().getTotalCount()).isEqualTo(100);
    assertThat(tally.lateness().getMaxValue()).isBetween(985 * MILLI, 995 * MILLI);
  }

  @Test
  void callsAreDueEvenly() throws InterruptedException {
    Target target =
        new FakeTarget(
            () -> {
              assertThat(time.now - 5).isEqualTo(calls++ * 4L * MILLI);
              return CompletableFuture.completedFuture(true);
            });
    assertThat(run(plan(250), target, SECOND).latencies().get(Kind.PUT).getTotalCount())
        .isEqualTo(250);
    assertThat(calls).isEqualTo(250);
  }

  /** Two places, and no answer ever: 98 of 100 calls can't be made. */
  @Test
  void saysWhatWasDueAndNeverMade() throws InterruptedException {
    Target target = new FakeTarget(CompletableFuture::new);
    Tally tally = new Tally(time.now, time.now + SECOND);
    try (FixedRate load =
        new FixedRate(plan(100), List.of(target), tally, time, time.now, time.now + SECOND)) {
      load.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> tally.outstanding() == 2);
      assertThat(load.stop(Duration.ofMillis(200))).isEqualTo(98);
    }
    assertThat(tally.outstanding()).isEqualTo(2);
  }

  private static Plan plan(int rate) {
    Workload workload = new Workload(Mix.only(Kind.PUT), Distribution.UNIFORM, 10, 8, "test");
    return new Plan(workload, 2, rate, Duration.ZERO, Duration.ofSeconds(1));
  }

  private Tally run(Plan plan, Target target, long nanos) throws InterruptedException {
    Tally tally = new Tally(time.now, time.now + nanos);
    new FixedRate(plan, List.of(target), tally, time, time.now, time.now + nanos).makeCalls();
    return tally;
  }
}
