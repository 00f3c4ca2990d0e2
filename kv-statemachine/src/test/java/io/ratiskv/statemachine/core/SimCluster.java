package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Three servers with one log, and what befalls them. */
final class SimCluster {
  static final int SERVERS = 3;
  private static final int MOST_APPLIED = 8;
  private static final int[] TTL_MILLIS = {0, 1_000, 1_000, 1_500, 2_000, 5_000};

  private final SimRun run;
  private final SimNetwork network;
  private final SimLog log;
  private final List<SimReplica> replicas = new ArrayList<>();
  private @Nullable SimLeader leader;
  private long term;

  SimCluster(SimRun run, SimNetwork network) {
    this.run = run;
    this.network = network;
    this.log = new SimLog(run);
    for (int i = 0; i < SERVERS; i++) {
      replicas.add(new SimReplica(run, i, log));
    }
  }

  /** A request reached its server. */
  void receive(SimMessage request) {
    if (!replicas.get(request.server()).isUp()) {
      return;
    }
    if (leads(request.server())) {
      leader.receive(request);
    } else {
      network.send(request.refused(Code.NOT_LEADER));
    }
  }

  private boolean leads(int server) {
    return leader != null && leader.replica().id() == server;
  }

  /** Who leads, as far as somebody knows who asks around. */
  int guessLeader() {
    boolean knows = leader != null && (run.isHealed() || !run.oneIn(6));
    return knows ? leader.replica().id() : run.below(SERVERS);
  }

  /** Elects one that is up, and loses some of what is not committed. */
  void elect() {
    SimReplica next = any();
    if (!next.isUp()) {
      return;
    }
    SimLeader old = leader;
    long kept = log.commit() + run.below((int) (log.last() - log.commit()) + 1);
    if (kept > log.commit()) {
      run.count(Event.SUFFIX_INHERITED);
    }
    List<SimEntry> lost = log.truncate(kept);
    if (lost.stream().anyMatch(entry -> !entry.commands.isEmpty())) {
      run.count(Event.SUFFIX_LOST);
    }
    if (old != null) {
      run.count(Event.LEADER_CHANGE);
      old.depose(lost);
    }
    term++;
    run.say(() -> next + " leads in term " + term);
    leader = new SimLeader(run, next, term, network, log);
    log.appendRafts(term);
  }

  void electIfNone() {
    if (leader == null) {
      elect();
    }
  }

  void gather() {
    if (leader != null) {
      leader.gather();
    }
  }

  void commit() {
    long open = log.last() - log.commit();
    if (open > 0 && leader != null) {
      log.commit(log.commit() + 1 + (run.isHealed() ? open - 1 : run.below((int) open)));
    }
  }

  /** Some server, the leader more often, applies some entries. */
  void apply() {
    SimReplica replica = leader != null && run.oneIn(2) ? leader.replica() : any();
    for (int i = 1 + run.below(MOST_APPLIED); i > 0; i--) {
      if (replica.isUp() && replica.applied() < log.commit()) {
        replica.applyNext();
      }
    }
  }

  void crash() {
    SimReplica replica = any();
    if (replica.isUp()) {
      replica.crash();
      if (leads(replica.id())) {
        leader = null;
      }
    }
  }

  void restart() {
    for (SimReplica replica : replicas) {
      if (!replica.isUp() && (run.isHealed() || run.oneIn(2))) {
        if (run.oneIn(8)) {
          replica.wipe();
        }
        replica.restart();
      }
    }
  }

  void beginSnapshot() {
    SimReplica replica = any();
    if (replica.isUp()) {
      replica.beginSnapshot();
      if (run.oneIn(3)) {
        replica.writeSnapshot();
      }
    }
  }

  void writeSnapshot() {
    replicas.forEach(SimReplica::writeSnapshot);
  }

  void install() {
    SimReplica to = any();
    if (to.isUp() && !leads(to.id())) {
      to.install(any());
    }
  }

  void watch(SimWatch.Streams streams) {
    if (leader != null && !run.isHealed()) {
      leader.watch(streams);
    }
  }

  void setSessionTtl() {
    if (leader != null) {
      leader.setSessionTtl(TTL_MILLIS[run.below(TTL_MILLIS.length)]);
    }
  }

  private SimReplica any() {
    return replicas.get(run.below(SERVERS));
  }

  /** Brings all up, and everything appended to its end. */
  void settle() {
    restart();
    electIfNone();
    gather();
    commit();
    for (SimReplica replica : replicas) {
      while (replica.applied() < log.commit()) {
        replica.applyNext();
      }
    }
  }

  /** Whether nothing waits and all is applied everywhere. */
  boolean isSettled() {
    return leader != null
        && !leader.isBusy()
        && replicas.stream().allMatch(replica -> replica.applied() == log.last());
  }

  /** The server that leads, or {@link SimMessage#NOBODY}. */
  int leader() {
    return leader == null ? SimMessage.NOBODY : leader.replica().id();
  }

  List<SimReplica> replicas() {
    return replicas;
  }

  SimLog log() {
    return log;
  }
}
