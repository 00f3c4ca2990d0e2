package io.ratiskv.it.chaos;

import io.ratiskv.client.KvException;
import io.ratiskv.client.LabNetwork;
import io.ratiskv.client.Outcome;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.it.check.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A load of clients on a cluster, one random fault after the other, and then the judgement: all
 * faults healed, one write by way of each server, all keys read, the history checked, the digests
 * equal.
 *
 * <p>The seed fixes the faults, their order and length, and what clients call; how threads
 * interleave it can't fix.
 */
final class ChaosRun {
  /** Under it there would be too little to judge. */
  private static final int MIN_CALM_RATE = 100;

  private static final Duration CALM = Duration.ofSeconds(2);

  /** What is counted, or awaited, once all faults are healed. */
  private static final Set<Event> COUNTED_LATER =
      EnumSet.of(Event.RESTART, Event.SNAPSHOT_INSTALL, Event.SESSION_EXPIRED);

  private final ChaosTarget target;
  private final long seed;
  private final Duration duration;
  private final Coverage coverage = new Coverage();
  private final History history =
      new History(e -> e instanceof KvException k && k.outcome() == Outcome.NOT_APPLIED);
  private Set<Event> required = EnumSet.noneOf(Event.class);
  private boolean everyFault;
  private long calmRate;
  private long answered;

  /**
   * @param duration of the faults; setting up and judging take some ten seconds more
   */
  ChaosRun(ChaosTarget target, long seed, Duration duration) {
    this.target = target;
    this.seed = seed;
    this.duration = duration;
  }

  /** What must have happened by the end, for the run to count; it goes on for a while for that. */
  ChaosRun requiring(Set<Event> events) {
    required = events;
    return this;
  }

  /** Goes on until each fault has struck once, however long that takes. */
  ChaosRun withEveryFault() {
    everyFault = true;
    return this;
  }

  /**
   * Runs it, on a cluster of its own.
   *
   * @throws AssertionError naming seed, schedule and files, if a promise was broken or the run
   *     proved too little
   */
  ChaosReport run() throws Exception {
    try (LogWatch log = LogWatch.begin(Failure.file(target, seed, "log"));
        ChaosCluster cluster = target.start();
        LabNetwork network = new LabNetwork(seed)) {
      Judgement judgement = new Judgement(cluster, history);
      Schedule schedule = schedule(cluster, network);
      @Nullable Throwable cause = null;
      try {
        run(cluster, network, schedule, judgement, log);
      } catch (Exception | AssertionError e) {
        judgement.add(e.toString());
        cause = e;
      }
      log.found().forEach(line -> judgement.add("in the log: " + line));
      if (!judgement.problems().isEmpty()) {
        cluster.keepData();
        throw new Failure(target, seed, schedule, history, cluster)
            .because(judgement.problems(), cause);
      }
      return new ChaosReport(answered, calmRate, coverage, schedule.struck());
    }
  }

  private Schedule schedule(ChaosCluster cluster, LabNetwork network) {
    List<Fault> faults = new ArrayList<>(cluster.faults(network));
    faults.add(new BadNetwork(network));
    return new Schedule(faults, seed);
  }

  private void run(
      ChaosCluster cluster,
      LabNetwork network,
      Schedule schedule,
      Judgement judgement,
      LogWatch log)
      throws Exception {
    network.setBad(false);
    network.observe(new AnswerWatch(cluster, coverage));
    AbandonedSession.shortenTtl(cluster);
    try (StatusWatch watch = new StatusWatch(cluster, coverage);
        ChaosLoad load = new ChaosLoad(cluster, network, history, coverage, watch)) {
      watch.start();
      load.start(new Random(seed).nextLong());
      calmRate = calmRate(load);
      if (calmRate < MIN_CALM_RATE) {
        judgement.add("void: " + calmRate + " calls a second before any fault");
      }
      strike(cluster, schedule, log);
      judgement.requireProgress();
      load.stop(Eventually.PATIENCE);
      answered = load.answered();
      judgement.readAll(load.keys().used());
      cluster.awaitWhole();
      awaitExpiry(cluster);
      cluster.report(coverage);
      judgement.judgeHistory();
      required.stream()
          .filter(event -> coverage.of(event) == 0)
          .forEach(event -> judgement.add("never happened: " + event));
    }
  }

  /** Calls a second, once they are enough, or as many as there are when patience ends. */
  private static long calmRate(ChaosLoad load) {
    long end = System.nanoTime() + Eventually.PATIENCE.toNanos();
    long rate;
    do {
      long before = load.answered();
      long begin = System.nanoTime();
      Pause.millis(CALM.toMillis());
      rate = (load.answered() - before) * 1_000_000_000 / (System.nanoTime() - begin);
    } while (rate < MIN_CALM_RATE && System.nanoTime() - end < 0);
    return rate;
  }

  private void strike(ChaosCluster cluster, Schedule schedule, LogWatch log) throws Exception {
    boolean left = AbandonedSession.leave(cluster);
    long end = System.nanoTime() + duration.toNanos();
    long latest = end + Eventually.PATIENCE.toNanos();
    while (System.nanoTime() - end < 0
        || (everyFault && !schedule.isDealt())
        || (isWanting() && System.nanoTime() - latest < 0)) {
      schedule.step();
      if (!log.found().isEmpty()) {
        throw new AssertionError("given up for what stands in the log");
      }
      left = left || AbandonedSession.leave(cluster);
    }
  }

  /**
   * Whether something that is required, and is counted while faults strike, hasn't happened yet.
   */
  private boolean isWanting() {
    return required.stream()
        .anyMatch(event -> !COUNTED_LATER.contains(event) && coverage.of(event) == 0);
  }

  /** The one that was left behind may have expired where nobody counted it. */
  private void awaitExpiry(ChaosCluster cluster) {
    if (required.contains(Event.SESSION_EXPIRED) && coverage.of(Event.SESSION_EXPIRED) == 0) {
      Eventually.until("a session that is left", () -> AbandonedSession.leave(cluster));
      Eventually.until("that a session expires", () -> coverage.of(Event.SESSION_EXPIRED) > 0);
    }
  }
}
