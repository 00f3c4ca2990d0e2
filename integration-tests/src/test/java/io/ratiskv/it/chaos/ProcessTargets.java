package io.ratiskv.it.chaos;

import io.ratiskv.it.process.Tool;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Server processes in each setting that this machine can give them. */
final class ProcessTargets {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTargets.class);

  private ProcessTargets() {}

  /** Makes a setting for one run. */
  private interface Maker {
    ProcessSetting make() throws Exception;
  }

  static ChaosTarget plain() {
    return target("processes", ProcessSetting::plain);
  }

  static ChaosTarget disks() {
    return target("processes-disks", BadDisks::new);
  }

  static ChaosTarget links() {
    return target("processes-network", BadLinks::new);
  }

  static ChaosTarget clocks() {
    return target("processes-clocks", BadClocks::new);
  }

  /** All that can run here; says which can't. */
  static List<ChaosTarget> possible() {
    List<ChaosTarget> targets = new ArrayList<>();
    targets.add(plain());
    addIf(Tool.TMPFS, disks(), targets);
    addIf(Tool.NETWORK, links(), targets);
    addIf(Tool.FAKETIME, clocks(), targets);
    return targets;
  }

  private static void addIf(Tool tool, ChaosTarget target, List<ChaosTarget> targets) {
    if (tool.isHere()) {
      targets.add(target);
    } else {
      LOG.warn("LEFT OUT: {}, since this machine lacks {}", target.name(), tool.need());
    }
  }

  private static ChaosTarget target(String name, Maker maker) {
    return new ChaosTarget() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public ChaosCluster start() throws Exception {
        return ProcessCluster.start(maker.make());
      }
    };
  }
}
