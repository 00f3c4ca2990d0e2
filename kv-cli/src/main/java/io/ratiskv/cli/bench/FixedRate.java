package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Calls that are due at fixed times, as they would come from many users who don't wait for each
 * other. Latencies count from when a call was due: while the store stalls, or this process does,
 * the calls that pile up wait, and their waiting is part of the figures.
 */
final class FixedRate implements Load {
  private static final double NANOS = 1e9;

  private final Workload workload;
  private final List<Target> targets;
  private final Tally tally;
  private final Time time;
  private final double nanosBetween;
  private final long begin;
  private final long until;
  private final int places;
  private final Semaphore free;
  private final Thread pacer = Threads.daemon("bench-pace").newThread(this::pace);
  private final SplittableRandom random = new SplittableRandom();
  private volatile long made;
  private volatile boolean finished;

  /**
   * @param begin when the first call is due
   * @param until from when on no call is due
   */
  FixedRate(Plan plan, List<Target> targets, Tally tally, Time time, long begin, long until) {
    workload = plan.workload();
    this.targets = targets;
    this.tally = tally;
    this.time = time;
    this.begin = begin;
    this.until = until;
    nanosBetween = NANOS / plan.ratePerSecond();
    places = plan.outstanding() * targets.size();
    free = new Semaphore(places);
  }

  @Override
  public void start() {
    pacer.start();
  }

  private void pace() {
    try {
      makeCalls();
    } catch (InterruptedException e) {
      // Stopped; what was made is counted.
    }
  }

  /** Returns when all calls are made. */
  void makeCalls() throws InterruptedException {
    for (long number = 0; due(number) - until < 0; number++) {
      time.awaitUntil(due(number));
      free.acquire();
      call(due(number), targets.get((int) (number % targets.size())));
      made = number + 1;
    }
    finished = true;
  }

  private void call(long due, Target target) {
    Kind kind = workload.nextKind(random);
    tally.begin();
    tally.made(due, time.nanos());
    var unused =
        Calls.make(workload, kind, target, random)
            .whenComplete(
                (result, failure) -> {
                  tally.end(kind, due, time.nanos(), failure);
                  free.release();
                });
  }

  private long due(long number) {
    return begin + (long) (number * nanosBetween);
  }

  /** Calls that are late are still made, for half of the limit. */
  @Override
  public long stop(Duration limit) throws InterruptedException {
    long half = limit.toNanos() / 2;
    pacer.join(TimeUnit.NANOSECONDS.toMillis(half) + 1);
    pacer.interrupt();
    pacer.join();
    boolean unused = free.tryAcquire(places, half, TimeUnit.NANOSECONDS);
    return finished ? 0 : (long) Math.ceil((until - begin) / nanosBetween) - made;
  }

  @Override
  public void close() {
    pacer.interrupt();
  }
}
