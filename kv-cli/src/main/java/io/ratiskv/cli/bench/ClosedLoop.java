package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A number of callers; each waits for its answer and then makes the next call. */
final class ClosedLoop implements Load {
  /** Before the call after one that failed: callers of a dead store must not spin. */
  private static final long PAUSE_MILLIS = 10;

  private final Workload workload;
  private final Tally tally;
  private final Time time;
  private final List<Caller> callers;
  private final CountDownLatch ended;
  private final ScheduledExecutorService pauses =
      Executors.newSingleThreadScheduledExecutor(Threads.daemon("bench-pause"));
  private volatile boolean stopped;

  ClosedLoop(Plan plan, List<Target> targets, Tally tally, Time time) {
    workload = plan.workload();
    this.tally = tally;
    this.time = time;
    int count = plan.outstanding() * targets.size();
    ended = new CountDownLatch(count);
    SplittableRandom seeds = new SplittableRandom();
    callers =
        IntStream.range(0, count)
            .mapToObj(i -> new Caller(targets.get(i % targets.size()), seeds.split()))
            .toList();
  }

  @Override
  public void start() {
    callers.forEach(Caller::run);
  }

  @Override
  public long stop(Duration limit) throws InterruptedException {
    stopped = true;
    boolean unused = ended.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    return 0;
  }

  @Override
  public void close() {
    stopped = true;
    pauses.shutdownNow();
  }

  private final class Caller {
    private final Target target;
    private final SplittableRandom random;

    /**
     * One when the first of two has passed: the thread that made the call, and the one that brings
     * the answer. The second goes on; so the stack doesn't grow where answers are there at once.
     */
    private final AtomicInteger passed = new AtomicInteger();

    private volatile boolean failed;

    Caller(Target target, SplittableRandom random) {
      this.target = target;
      this.random = random;
    }

    void run() {
      while (!stopped) {
        call();
        if (passed.incrementAndGet() < 2) {
          return;
        }
        if (failed) {
          pause();
          return;
        }
      }
      ended.countDown();
    }

    private void call() {
      passed.set(0);
      Kind kind = workload.nextKind(random);
      long begin = time.nanos();
      tally.begin();
      CompletableFuture<?> answer = Calls.make(workload, kind, target, random);
      var unused = answer.whenComplete((result, failure) -> end(kind, begin, failure));
    }

    private void end(Kind kind, long begin, @Nullable Throwable failure) {
      tally.end(kind, begin, time.nanos(), failure);
      failed = failure != null;
      if (passed.incrementAndGet() < 2) {
        return;
      }
      if (failed) {
        pause();
      } else {
        run();
      }
    }

    private void pause() {
      try {
        var unused = pauses.schedule(this::run, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        ended.countDown(); // Closed.
      }
    }
  }
}
