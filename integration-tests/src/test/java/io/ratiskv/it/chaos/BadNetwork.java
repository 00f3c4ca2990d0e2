package io.ratiskv.it.chaos;

import io.ratiskv.client.LabNetwork;
import java.util.Random;

/** Loses, delays and doubles what clients and servers say to each other. */
final class BadNetwork implements Fault {
  private final LabNetwork network;
  private long mishaps;

  BadNetwork(LabNetwork network) {
    this.network = network;
  }

  @Override
  public String name() {
    return "bad-network";
  }

  @Override
  public String strike(Random random) {
    mishaps = network.mishaps();
    network.setBad(true);
    return "for all clients";
  }

  @Override
  public boolean heal() {
    network.setBad(false);
    return network.mishaps() > mishaps;
  }
}
