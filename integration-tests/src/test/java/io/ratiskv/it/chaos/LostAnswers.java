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
  /** Of different batches: that many clients will ask again, or nearly. */
  private static final int ENOUGH = 6;

  /** The clients may just be coming back from the fault before. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final JvmCluster target;
  private final KvCluster cluster;
  private final LabNetwork clients;
  private long before;
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
    before = clients.unheardWrites();
    clients.setDeaf(true);
    Pause.until(PATIENCE, () -> unheard() >= ENOUGH);
    down = true;
    cluster.ids().forEach(cluster::snapshot);
    cluster.ids().forEach(cluster::kill);
    return "all";
  }

  private long unheard() {
    return clients.unheardWrites() - before;
  }

  @Override
  public boolean heal() throws Exception {
    boolean effective = down && unheard() > 0;
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
