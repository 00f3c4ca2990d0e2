package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.ArrayList;
import java.util.List;

/** One server's time in office: what waits for an entry, and who answers what it appended. */
final class SimLeader {
  private static final int MOST_WAITING = 40;

  private final SimRun run;
  private final SimReplica replica;
  private final int life;
  private final long term;
  private final SimNetwork network;
  private final SimLog log;

  /** It is ready once it has applied all that was there when it came to office. */
  private final long firstIndex;

  private final List<SimMessage> waiting = new ArrayList<>();
  private final SimWatch watch;

  /** It answers nothing more of what it appended. */
  private boolean givenUp;

  private boolean deposed;

  SimLeader(SimRun run, SimReplica replica, long term, SimNetwork network, SimLog log) {
    this.run = run;
    this.replica = replica;
    this.life = replica.life();
    this.term = term;
    this.network = network;
    this.log = log;
    this.firstIndex = log.last();
    this.watch = new SimWatch(run, replica);
  }

  long term() {
    return term;
  }

  SimReplica replica() {
    return replica;
  }

  boolean isBusy() {
    return !waiting.isEmpty();
  }

  /** A request came in. */
  void receive(SimMessage request) {
    if (replica.applied() < firstIndex && !run.isHealed() && run.oneIn(2)) {
      run.count(Event.LEADER_NOT_READY);
      network.send(request.refused(Code.UNAVAILABLE));
    } else if (waiting.size() >= MOST_WAITING) {
      network.send(request.refused(Code.OVERLOADED));
    } else {
      waiting.add(request);
    }
  }

  /** Makes an entry of some of what waits, or a barrier. */
  void gather() {
    int most = run.isHealed() ? waiting.size() : run.below(waiting.size() + 1);
    if (most == 0 && !run.oneIn(8)) {
      return;
    }
    List<SimMessage> taken = waiting.subList(0, most);
    log.append(this, replica.stamp(), List.copyOf(taken));
    taken.clear();
  }

  /** Proposes to end the sessions that were silent for long. */
  void watch(SimWatch.Streams streams) {
    for (Command.Expire expire : watch.look(streams)) {
      waiting.add(own(Entries.expire(expire.session(), expire.lastIndex())));
    }
  }

  void setSessionTtl(long millis) {
    waiting.add(own(Entries.setSessionTtl(millis)));
  }

  private SimMessage own(io.ratiskv.protocol.v1.Command command) {
    return SimMessage.request(SimMessage.NOBODY, replica.id(), command);
  }

  /** Its replica has applied an entry that it appended. */
  void applied(SimEntry entry, List<Reply> replies) {
    if (givenUp || replica.life() != life) {
      return;
    }
    if (deposed) {
      run.count(Event.OLD_LEADER_ANSWERS);
    }
    for (int i = 0; i < replies.size(); i++) {
      network.send(entry.requests.get(i).replied(replies.get(i)));
    }
  }

  /**
   * Another one leads. What waits is refused. Of what it appended it either goes on to answer what
   * is committed after all, or says at once that it doesn't know.
   */
  void depose(List<SimEntry> lost) {
    deposed = true;
    if (replica.life() != life || !replica.isUp()) {
      return;
    }
    waiting.forEach(request -> network.send(request.refused(Code.NOT_LEADER)));
    lost.forEach(this::refuse);
    if (run.oneIn(2)) {
      givenUp = true;
      for (long i = replica.applied() + 1; i <= log.last(); i++) {
        refuse(log.entry(i));
      }
    }
  }

  private void refuse(SimEntry entry) {
    if (entry.origin != null && entry.origin.term == term) {
      run.count(Event.OLD_LEADER_GIVES_UP);
      entry.requests.forEach(request -> network.send(request.refused(Code.NOT_LEADER)));
    }
  }
}
