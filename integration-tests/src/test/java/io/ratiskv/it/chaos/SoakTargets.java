package io.ratiskv.it.chaos;

import java.util.ArrayList;
import java.util.List;

/** What a soak takes in turn: a new cluster of each kind for each run. */
final class SoakTargets {
  private SoakTargets() {}

  static List<ChaosTarget> all() {
    List<ChaosTarget> targets = new ArrayList<>();
    targets.add(JvmCluster.target(3));
    targets.add(JvmCluster.target(5));
    targets.addAll(ProcessTargets.possible());
    return targets;
  }
}
