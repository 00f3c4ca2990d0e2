package io.ratiskv.it;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Cuts the servers into two halves. Takes the links of the cluster over, from when it is made. */
final class LabPartitions implements AutoCloseable {
  private final Links links = new Links();
  private final List<String> ids;

  LabPartitions(KvCluster cluster) {
    ids = cluster.ids();
    links.install();
  }

  /** Each server goes to either side, as a coin falls. */
  void splitAtRandom(Random random) {
    List<String> side = new ArrayList<>();
    for (String id : ids) {
      if (random.nextBoolean()) {
        side.add(id);
      }
    }
    split(side);
  }

  /** These on one side, the others on the other. */
  void split(List<String> side) {
    List<String> others = new ArrayList<>(ids);
    others.removeAll(side);
    links.heal();
    side.forEach(id -> links.isolate(id, others));
  }

  /** The leader and one other on one side, which the method returns. */
  List<String> splitOffLeaderAndOne(String leader, Random random) {
    List<String> others = new ArrayList<>(ids);
    others.remove(leader);
    Collections.shuffle(others, random);
    List<String> side = List.of(leader, others.get(0));
    split(side);
    return side;
  }

  void heal() {
    links.heal();
  }

  /** Chunks of snapshots that a server was sent. */
  int installs(String id) {
    return links.installs(id);
  }

  @Override
  public void close() {
    links.heal();
  }
}
