package io.ratiskv.it.chaos;

import io.ratiskv.it.process.Placement;
import io.ratiskv.it.process.PrivateNetwork;
import io.ratiskv.it.process.Processes;
import io.ratiskv.it.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The servers are in a network of their own, whose packets get lost. Clients are not cut off. */
final class BadLinks implements ProcessSetting {
  private static final int LOSS_PERCENT = 30;

  private final PrivateNetwork network;

  BadLinks() throws IOException {
    network = new PrivateNetwork(Processes.IDS);
  }

  @Override
  public Placement place(String id, Path folder) {
    return network.place(Placement.plain(folder), id);
  }

  @Override
  public List<Fault> faults(ProcessCluster cluster) {
    return List.of(
        new ProcessFaults(cluster).killAny(),
        cut("net-isolate-leader", cluster::leaderOrAny, network::isolate),
        cut("net-isolate-any", cluster::any, network::isolate),
        cut("net-deaf-leader", cluster::leaderOrAny, network::dropIncoming),
        cut("net-mute-leader", cluster::leaderOrAny, network::dropOutgoing),
        cut("net-mute-any", cluster::any, network::dropOutgoing),
        cut("net-loss-leader", cluster::leaderOrAny, id -> network.lose(id, LOSS_PERCENT)),
        cut("net-reset-leader", cluster::leaderOrAny, network::reset));
  }

  /** Does it to the links of one server. */
  private interface Cut {
    void of(String id) throws IOException;
  }

  private Fault cut(String name, ProcessFaults.Choice choice, Cut cut) {
    List<String> struck = new ArrayList<>();
    return new ScriptedFault(
        name,
        random -> {
          ServerProcess server = choice.choose(random);
          struck.add(server.id());
          cut.of(server.id());
          return server.id();
        },
        () -> {
          boolean some = false;
          for (String id : struck) {
            some |= network.dropped(id) > 0;
            network.heal(id);
          }
          struck.clear();
          return some;
        });
  }

  @Override
  public void close() {
    network.close();
  }
}
