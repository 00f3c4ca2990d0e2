package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.KvCluster;
import java.util.Random;

/**
 * Writes take effect and their answers are lost; a snapshot is taken on each server, and all
 * servers end. What they know of those writes when they start again they have from the snapshots,
 * and the clients ask for it.
 */
final class LostAnswers implements Fault {
  private static final int WRITES_MILLIS = 200;

  private final JvmCluster target;
  private final KvCluster cluster;
  private final LabNetwork clients;
  private boolean down;

  LostAnswers(JvmCluster target, LabNetwork clients) {
    this.target = target;
    this.cluster = target.cluster();
    this.clients = clients;
  }

  @Override
  public String name() {
    return "lost-answers-and-restart";
  }

  @Override
  public String strike(Random random) {
    clients.setDeaf(true);
    Pause.millis(WRITES_MILLIS);
    down = true;
    cluster.ids().forEach(cluster::snapshot);
    cluster.ids().forEach(cluster::kill);
    return "all";
  }

  @Override
  public boolean heal() throws Exception {
    boolean was = down;
    if (down) {
      for (String id : cluster.ids()) {
        target.restart(id);
      }
    }
    down = false;
    clients.setDeaf(false);
    return was;
  }
}
