package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.statemachine.core.SimClient.Kind;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import io.ratiskv.statemachine.core.SimWrite.Outcome;
import java.util.ArrayList;
import java.util.List;

/** One run: clients, network, servers; all in one thread, in an order that the seed decides. */
final class SimWorld {
  static final int STEPS = 150;
  private static final int MOST_CLIENTS = 4;
  private static final int FINAL_ROUNDS = 100;
  private static final int MOST_ARRIVING = 5;
  private static final String[] PRINCIPALS = {Entries.ALICE, Entries.BOB, ""};

  private final SimRun run;
  private final SimNetwork network;
  private final SimCluster cluster;
  private final SimHistory history;
  private final List<SimClient> clients = new ArrayList<>();
  private final SimActions faults;
  private final int gatherPercent;
  private final int commitPercent;
  private final int applyPercent;

  SimWorld(long seed, SimCoverage coverage, SimTrace trace) {
    run = new SimRun(seed, coverage, trace);
    network = new SimNetwork(run);
    cluster = new SimCluster(run, network);
    history = new SimHistory(run);
    gatherPercent = 10 + run.below(80);
    commitPercent = 10 + run.below(80);
    applyPercent = 20 + run.below(80);
    for (int i = 1 + run.below(MOST_CLIENTS); i > 0; i--) {
      addClient(run.oneIn(4) ? Kind.FORGETFUL : Kind.HONEST, history.newNonce());
    }
    if (run.oneIn(4)) {
      run.count(Event.TWO_PROCESSES_ON_ONE_SESSION);
      String shared = history.newNonce();
      addClient(Kind.TWIN, shared);
      addClient(Kind.TWIN, shared);
    }
    faults = faults();
  }

  private void addClient(Kind kind, String nonce) {
    String principal = kind == Kind.TWIN ? Entries.ALICE : PRINCIPALS[run.below(PRINCIPALS.length)];
    SimClient.Who who = new SimClient.Who(clients.size(), principal, kind);
    clients.add(new SimClient(run, who, new SimSession(nonce), network, cluster, history));
  }

  /** What goes wrong, or out of the ordinary. */
  private SimActions faults() {
    return new SimActions(run)
        .often(40, () -> {})
        .often(6, cluster::electIfNone)
        .often(4, cluster::restart)
        .often(6, cluster::beginSnapshot)
        .often(3, cluster::writeSnapshot)
        .often(1, cluster::setSessionTtl)
        .sometimes(1, cluster::elect)
        .sometimes(1, cluster::crash)
        .sometimes(1, cluster::beginSnapshot)
        .often(2, cluster::install)
        .sometimes(1, cluster::install)
        .sometimes(4, () -> cluster.watch(this::streams))
        .sometimes(1, this::intrude);
  }

  /**
   * One step of everything that goes on by itself, each at a pace of this run's own, and chance.
   */
  private void step() {
    run.nextStep();
    clients.get(run.below(clients.size())).act();
    arrive();
    if (run.percent(gatherPercent)) {
      cluster.gather();
    }
    if (run.percent(commitPercent)) {
      cluster.commit();
    }
    if (run.percent(applyPercent)) {
      cluster.apply();
    }
    faults.next();
  }

  void run() {
    cluster.elect();
    cluster.setSessionTtl();
    for (int i = 0; i < STEPS; i++) {
      step();
    }
    run.heal();
    for (int round = 0; !isDone(); round++) {
      run.require(round < FINAL_ROUNDS, () -> "no end: something is never answered");
      run.nextStep();
      clients.forEach(SimClient::finish);
      arriveAll();
      cluster.settle();
      arriveAll();
    }
    new SimVerdict(run, cluster, history).check();
  }

  private boolean isDone() {
    SimLog log = cluster.log();
    return clients.stream().allMatch(SimClient::isDone)
        && network.isEmpty()
        && cluster.isSettled()
        && log.commit() == log.last();
  }

  private void arrive() {
    for (int i = 1 + run.below(MOST_ARRIVING); i > 0; i--) {
      SimMessage message = network.arriving();
      if (message != null) {
        arrived(message);
      }
    }
  }

  private void arriveAll() {
    for (SimMessage next = network.arriving(); next != null; next = network.arriving()) {
      arrived(next);
    }
  }

  private void arrived(SimMessage message) {
    run.say(() -> "arrived: " + message);
    if (message.isRequest()) {
      cluster.receive(message);
    } else {
      clients.get(message.client()).receive(message);
    }
  }

  private boolean streams(long session) {
    return clients.stream().anyMatch(client -> client.streams(session, cluster.leader()));
  }

  /** Somebody tries another's session. None of it may ever take effect. */
  private void intrude() {
    SimClient victim = clients.get(run.below(clients.size()));
    long session = victim.sessionId();
    SimWrite write = history.make(SimMessage.NOBODY, 0);
    write.settled(Outcome.NEVER);
    SimBatch batch = new SimBatch(1 + run.below(8), List.of(write));
    Command command =
        switch (run.below(3)) {
          case 0 -> Entries.close("mallory", session);
          case 1 -> Entries.fence("mallory", session, batch.sequence);
          default -> Entries.batch("mallory", session, batch.sequence, 1, batch.operations);
        };
    int server = cluster.guessLeader();
    network.send(SimMessage.request(SimMessage.NOBODY, server, command));
  }
}
