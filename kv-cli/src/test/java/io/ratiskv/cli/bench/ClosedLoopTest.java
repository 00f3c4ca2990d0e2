package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClosedLoopTest {
  private final Tally tally = new Tally(Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);

  @Test
  void anAnswerMakesRoomForOneCall() throws InterruptedException {
    Queue<CompletableFuture<Boolean>> calls = new ArrayDeque<>();
    Target target =
        new FakeTarget(
            () -> {
              CompletableFuture<Boolean> answer = new CompletableFuture<>();
              calls.add(answer);
              return answer;
            });
    try (ClosedLoop load = start(target, 3)) {
      assertThat(calls).hasSize(3);
      calls.remove().complete(true);
      assertThat(calls).hasSize(3);
      assertThat(tally.outstanding()).isEqualTo(3);
      assertThat(load.stop(Duration.ofMillis(1))).isZero();
      calls.forEach(answer -> answer.complete(true));
      assertThat(load.stop(Duration.ofSeconds(30))).isZero();
      assertThat(tally.succeeded()).isEqualTo(4);
      assertThat(tally.outstanding()).isZero();
    }
  }

  /** A call for each frame of a stack would overflow it. */
  @Test
  void answersThatAreThereAtOnceNeedNoStack() throws InterruptedException {
    AtomicInteger left = new AtomicInteger(1_000_000);
    CompletableFuture<Boolean> last = new CompletableFuture<>();
    Target target =
        new FakeTarget(
            () -> left.decrementAndGet() > 0 ? CompletableFuture.completedFuture(true) : last);
    try (ClosedLoop load = start(target, 1)) {
      assertThat(tally.succeeded()).isEqualTo(999_999);
      load.stop(Duration.ofMillis(1));
      last.complete(true);
      assertThat(load.stop(Duration.ofSeconds(30))).isZero();
    }
  }

  @Test
  void failuresAreCountedByTheirKindAndTheCallersGoOn() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Target target =
        new FakeTarget(
            () -> {
              if (calls.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException();
              }
              return CompletableFuture.failedFuture(new MissingKeyException());
            });
    try (ClosedLoop load = start(target, 2)) {
      Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> tally.failed() >= 10);
      load.stop(Duration.ofSeconds(30));
    }
    Map<String, Long> failures = tally.failures();
    assertThat(failures).containsOnlyKeys("IllegalState", "MissingKey");
    assertThat(failures.values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(tally.failed());
  }

  private ClosedLoop start(Target target, int outstanding) {
    Workload workload = new Workload(Mix.only(Kind.PUT), Distribution.UNIFORM, 10, 8, "test");
    Plan plan = new Plan(workload, outstanding, 0, Duration.ZERO, Duration.ofSeconds(1));
    ClosedLoop load = new ClosedLoop(plan, List.of(target), tally, Time.SYSTEM);
    load.start();
    return load;
  }
}
