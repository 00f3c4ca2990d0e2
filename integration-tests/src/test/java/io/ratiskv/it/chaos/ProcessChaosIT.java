package io.ratiskv.it.chaos;

import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.it.process.Tool;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Short runs on server processes, each fault once; see {@code SoakIT} for long ones, also on bad
 * disks and with clocks that jump.
 */
class ProcessChaosIT {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessChaosIT.class);

  @Test
  void killedAndPaused() throws Exception {
    run(ProcessTargets.plain(), EnumSet.of(Event.LEADER_CHANGE, Event.RESTART));
  }

  @Test
  void networksThatLose() throws Exception {
    Tool.NETWORK.require();
    run(ProcessTargets.links(), EnumSet.of(Event.LEADER_CHANGE));
  }

  private static void run(ChaosTarget target, EnumSet<Event> required) throws Exception {
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000_000));
    LOG.warn("{}: -Dseed={}", target.name(), seed);
    ChaosReport report =
        new ChaosRun(target, seed, Duration.ofSeconds(5))
            .withEveryFault()
            .requiring(required)
            .run();
    LOG.warn("{}: {} {}", target.name(), report, report.faults());
  }
}
