package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.KvCluster;
import java.time.Duration;
import java.util.Random;

/**
 * Writes take effect and their answers are lost; a snapshot is taken on each server, and all
 * servers end. What they know of those writes when they start again they have from the snapshots,
 * and the clients ask for it.
 */
final class LostAnswers implements Fault {
  /** About what all clients together wait for. */
  private static final int ENOUGH = 16;

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final JvmCluster target;
  private final KvCluster cluster;
  private final LabNetwork clients;
  private long lostBefore;
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
    lostBefore = clients.lostReplies();
    clients.setDeaf(true);
    Pause.until(PATIENCE, () -> lost() >= ENOUGH);
    down = true;
    cluster.ids().forEach(cluster::snapshot);
    cluster.ids().forEach(cluster::kill);
    return "all";
  }

  private long lost() {
    return clients.lostReplies() - lostBefore;
  }

  @Override
  public boolean heal() throws Exception {
    boolean effective = down && lost() > 0;
    if (down) {
      for (String id : cluster.ids()) {
        target.restart(id);
      }
    }
    down = false;
    clients.setDeaf(false);
    return effective;
  }
}
