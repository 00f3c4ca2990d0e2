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

  /**
   * The clients may just be coming back from the fault before, and find no way while they hear
   * nothing.
   */
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
    long heard = clients.heardWrites();
    Pause.until(PATIENCE, () -> clients.heardWrites() - heard >= ENOUGH);
    before = clients.unheardWrites();
    clients.setDeaf(true);
    Pause.until(PATIENCE, () -> unheard() >= ENOUGH);
    // A follower hears of what is committed a little later, with what comes next.
    long applied = cluster.ids().stream().mapToLong(this::applied).max().orElse(0);
    Pause.until(PATIENCE, () -> cluster.ids().stream().allMatch(id -> applied(id) >= applied));
    down = true;
    cluster.ids().forEach(cluster::snapshot);
    cluster.ids().forEach(cluster::kill);
    return "all";
  }

  private long applied(String id) {
    return cluster.state(id).digest().index();
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
