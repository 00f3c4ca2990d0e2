package io.ratiskv.it.chaos;

import io.ratiskv.it.chaos.Coverage.Event;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Short runs of random faults; see {@code SoakIT} for long ones. */
class ChaosIT {
  private static final Logger LOG = LoggerFactory.getLogger(ChaosIT.class);

  /** What happens in each run that has every fault in it. */
  private static final EnumSet<Event> SURE =
      EnumSet.of(
          Event.LEADER_CHANGE,
          Event.RESTART,
          Event.SNAPSHOT_INSTALL,
          Event.DUPLICATE,
          Event.ANSWER_FROM_SNAPSHOT,
          Event.SESSION_EXPIRED,
          Event.INDETERMINATE,
          Event.READ_AT_NEW_LEADER);

  @Test
  void threeServersUnderEveryFault() throws Exception {
    run(3, Duration.ofSeconds(15), true);
  }

  @Test
  void fiveServersUnderRandomFaults() throws Exception {
    run(5, Duration.ofSeconds(12), false);
  }

  private static void run(int servers, Duration duration, boolean everyFault) throws Exception {
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000_000));
    LOG.warn("{} servers: -Dseed={}", servers, seed);
    ChaosRun run = new ChaosRun(JvmCluster.target(servers), seed, duration);
    if (everyFault) {
      run.withEveryFault().requiring(SURE);
    }
    ChaosReport report = run.run();
    LOG.warn("{} servers: {} {}", servers, report, report.faults());
  }
}
