package io.ratiskv.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.it.chaos.Coverage.Event;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chaos for as long as one likes: {@code mvn verify -Psoak -Dsoak.minutes=30 -Dseed=17}. Runs of a
 * minute, each on a new cluster, the kinds of clusters in turn ({@code -Dsoak.only=NAME} takes one
 * of them, and asks for less); in the end everything that can happen must have happened. The first
 * run that fails ends it.
 *
 * <p>A run prints its own seed. That seed and {@code -Dsoak.minutes=1 -Dsoak.only=NAME} make its
 * schedule again.
 */
class SoakIT {
  private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);
  private static final Duration RUN = Duration.ofSeconds(60);
  private static final String ONLY = System.getProperty("soak.only", "");
  private static final int MIN_LEADER_CHANGES = 10;

  @Test
  void everyPromiseHoldsForAsLongAsThereIsTime() throws Exception {
    Duration time = Duration.ofMinutes(Long.getLong("soak.minutes", 30));
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000_000));
    SoakTable table = new SoakTable();
    try {
      soak(time, seed, table);
    } finally {
      LOG.warn("\n{}", table);
    }
    if (!ONLY.isEmpty()) {
      return;
    }
    table.requireAll();
    assertThat(table.coverage().of(Event.LEADER_CHANGE))
        .as("changes of leaders")
        .isGreaterThanOrEqualTo(table.runs() > 1 ? MIN_LEADER_CHANGES : 1);
  }

  private static void soak(Duration time, long seed, SoakTable table) throws Exception {
    List<ChaosTarget> targets = targets();
    long end = System.nanoTime() + time.toNanos();
    for (int run = 0; run == 0 || System.nanoTime() - end < 0; run++) {
      ChaosTarget target = targets.get(run % targets.size());
      // The first run has the seed itself, so that any run can be made again as a first one.
      long itsSeed = run == 0 ? seed : new Random(seed + run).nextInt(1_000_000_000);
      LOG.warn("run {}: {} -Dseed={}", run + 1, target.name(), itsSeed);
      ChaosReport report = new ChaosRun(target, itsSeed, RUN).withEveryFault().run();
      table.add(report);
      LOG.warn("run {}: {}", run + 1, report);
    }
  }

  private static List<ChaosTarget> targets() {
    List<ChaosTarget> all = SoakTargets.all();
    List<ChaosTarget> chosen =
        all.stream().filter(t -> ONLY.isEmpty() || t.name().equals(ONLY)).toList();
    assertThat(chosen).as("-Dsoak.only=%s, of %s", ONLY, names(all)).isNotEmpty();
    return chosen;
  }

  private static List<String> names(List<ChaosTarget> targets) {
    return targets.stream().map(ChaosTarget::name).toList();
  }
}
