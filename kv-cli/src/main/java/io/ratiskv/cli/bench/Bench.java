package io.ratiskv.cli.bench;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One measurement. */
public final class Bench {
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(20);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Plan plan;
  private final List<Target> targets;
  private final List<ProcessHandle> servers;
  private final Consumer<String> progress;

  /**
   * @param targets the connections, at least one
   * @param servers processes whose processor time is to be counted; may be empty
   * @param progress is told each second how it goes
   */
  public Bench(
      Plan plan, List<Target> targets, List<ProcessHandle> servers, Consumer<String> progress) {
    this.plan = plan;
    this.targets = targets;
    this.servers = servers;
    this.progress = progress;
  }

  /**
   * Loads the keys if they will be read, warms up, measures, and waits for the last answers.
   *
   * @throws java.util.concurrent.CompletionException if a key can't be loaded
   */
  public Result run() throws InterruptedException {
    if (plan.workload().reads()) {
      progress.accept("loading " + plan.workload().keys() + " keys");
      Loader.load(plan.workload(), targets);
    }
    Time time = Time.SYSTEM;
    long begin = time.nanos();
    long from = begin + plan.warm().toNanos();
    long until = from + plan.time().toNanos();
    Tally tally = new Tally(from, until);
    try (Load load = load(tally, time, begin, until)) {
      load.start();
      report(tally, time, from, "warm-up");
      ProcessorTime before = ProcessorTime.read(servers);
      report(tally, time, until, "measured");
      ProcessorTime used = ProcessorTime.read(servers).since(before);
      long neverMade = load.stop(LAST_ANSWERS);
      return new Result(
          plan.time(),
          tally.done(),
          tally.latencies(),
          tally.lateness(),
          tally.failures(),
          tally.outstanding(),
          neverMade,
          used);
    }
  }

  private Load load(Tally tally, Time time, long begin, long until) {
    return plan.isClosed()
        ? new ClosedLoop(plan, targets, tally, time)
        : new FixedRate(plan, targets, tally, time, begin, until);
  }

  /** Waits until then, and tells how it goes. */
  private void report(Tally tally, Time time, long until, String phase)
      throws InterruptedException {
    long begin = time.nanos();
    long succeeded = tally.succeeded();
    for (long at = begin; at - until < 0; ) {
      long next = Math.min(at + SECOND, until);
      time.awaitUntil(next);
      long now = tally.succeeded();
      progress.accept(
          String.format(
              Locale.ROOT,
              "%-8s %4d s  %9.0f/s  outstanding %d  failed %d",
              phase,
              Math.round((double) (next - begin) / SECOND),
              (now - succeeded) * (double) SECOND / (next - at),
              tally.outstanding(),
              tally.failed()));
      succeeded = now;
      at = next;
    }
  }
}
