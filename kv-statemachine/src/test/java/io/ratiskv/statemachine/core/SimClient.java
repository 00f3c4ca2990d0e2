package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A client as the real one is: numbers its batches, sends them until they are answered, each with
 * the same bytes under the same number, and gives all up with its session.
 */
final class SimClient {
  private static final int MOST_WRITES = 3;
  private static final int LONG_IDLE_STEPS = 40;

  /** What a client is like. */
  enum Kind {
    HONEST,
    /** Says late that it has the answers. */
    FORGETFUL,
    /** One of two processes that took the same session. */
    TWIN
  }

  /** A client's name, what it is authenticated as, and its kind. */
  record Who(int id, String principal, Kind kind) {}

  private final SimRun run;
  private final int id;
  private final String principal;
  private final Kind kind;
  private final SimNetwork network;
  private final SimCluster cluster;
  private final SimHistory history;
  private final SimSettling settling;

  private SimSession session;
  private int sessions;
  private int server;
  private boolean connected;
  private int idleUntil;

  SimClient(
      SimRun run,
      Who who,
      SimSession session,
      SimNetwork network,
      SimCluster cluster,
      SimHistory history) {
    this.run = run;
    this.id = who.id();
    this.principal = who.principal();
    this.kind = who.kind();
    this.session = session;
    this.network = network;
    this.cluster = cluster;
    this.history = history;
    this.settling = new SimSettling(run, this, history);
  }

  /** Does something, or not. */
  void act() {
    if (run.step() < idleUntil) {
      return;
    }
    if (run.percent(8)) {
      reconnect();
    }
    if (!session.isConfirmed()) {
      open();
      return;
    }
    resend();
    int dice = run.below(100);
    if (dice < 60) {
      write();
    } else if (dice < 72 && kind != Kind.TWIN) {
      fence();
    } else if (dice < 75) {
      close();
    } else if (dice < 81) {
      idle();
    }
  }

  /** Brings what is unanswered to its end. */
  void finish() {
    if (!session.unanswered().isEmpty()) {
      reconnect();
      resend();
    }
  }

  boolean isDone() {
    return session.unanswered().isEmpty();
  }

  private void reconnect() {
    server = cluster.guessLeader();
    connected = true;
    session.disconnected();
  }

  private void idle() {
    run.say(() -> this + " is idle");
    idleUntil = run.step() + run.below(LONG_IDLE_STEPS);
    if (run.oneIn(2)) {
      connected = false;
      session.disconnected();
    }
  }

  private void open() {
    if (!session.isOpening()) {
      session.openSent();
      send(Entries.open(principal, session.nonce()));
    }
  }

  /** What follows a batch that was refused was refused too, or will be. */
  private void resend() {
    boolean gap = false;
    for (SimBatch batch : session.unanswered()) {
      gap |= !batch.isUnderWay();
      if (gap) {
        send(batch);
      }
    }
  }

  private void write() {
    for (int batches = 1 + run.below(4); batches > 0 && session.hasRoom(); batches--) {
      List<SimWrite> writes = new ArrayList<>();
      for (int i = 1 + run.below(MOST_WRITES); i > 0; i--) {
        writes.add(history.make(id, sessions));
      }
      SimBatch batch = new SimBatch(session.next(), writes);
      session.add(batch);
      send(batch);
    }
  }

  private void send(SimBatch batch) {
    boolean again = batch.wasSent();
    batch.sent();
    if (batch.isFenced() && (run.isHealed() || run.oneIn(2))) {
      sendFence(batch);
    } else {
      long first = kind == Kind.FORGETFUL && !again ? 1 : session.firstUnanswered();
      send(Entries.batch(principal, session.id(), batch.sequence, first, batch.operations));
    }
  }

  private void fence() {
    for (SimBatch batch : session.unanswered()) {
      if (run.oneIn(3)) {
        batch.fence(true);
        sendFence(batch);
        return;
      }
    }
  }

  private void sendFence(SimBatch batch) {
    send(
        Entries.fence(
            Entries.batch(
                principal,
                session.id(),
                batch.sequence,
                session.firstUnanswered(),
                batch.operations)));
  }

  private void close() {
    if (session.unanswered().isEmpty()) {
      abandon();
    }
  }

  /** Gives the session up, and says so; what was in flight in it is never sent again. */
  void abandon() {
    send(Entries.close(principal, session.id()));
    loseSession();
  }

  /** Begins again in a new session; what was in flight stays unknown for good. */
  void loseSession() {
    run.say(() -> this + " gives its session up");
    session.unanswered().forEach(batch -> batch.settled(SimWrite.Outcome.UNKNOWN));
    session = new SimSession(history.newNonce());
    sessions++;
  }

  private void send(Command command) {
    network.send(SimMessage.request(id, server, command));
  }

  /** Something arrived. */
  void receive(SimMessage answer) {
    switch (answer.command().getKindCase()) {
      case OPEN -> opened(answer);
      case BATCH -> settle(answer, answer.command().getBatch().getSession());
      case FENCE -> settle(answer, answer.command().getFence().getSession());
      default -> {}
    }
  }

  private void opened(SimMessage answer) {
    if (!answer.command().getOpen().getNonce().equals(Entries.nonce(session.nonce()))) {
      return;
    }
    if (!(answer.reply() instanceof Reply.Opened opened)) {
      session.disconnected();
      server = cluster.guessLeader();
      return;
    }
    if (opened.session() < session.id()) {
      return; // late, and of one that is gone: ids grow
    }
    if (session.id() != 0 && session.id() != opened.session()) {
      run.count(Event.SESSION_REOPENED_AS_ANOTHER);
      if (!session.unanswered().isEmpty()) {
        loseSession();
        return;
      }
      sessions++;
    }
    session.opened(opened.session());
  }

  private void settle(SimMessage answer, long ofSession) {
    boolean fence = answer.command().hasFence();
    long sequence =
        fence
            ? answer.command().getFence().getSequence()
            : answer.command().getBatch().getSequence();
    SimBatch batch = session.find(ofSession, sequence);
    if (batch == null) {
      run.count(Event.REPLY_TO_WHAT_IS_SETTLED);
      return;
    }
    settling.settle(batch, answer);
  }

  /** The batch has its answer. */
  void answered(SimBatch batch) {
    for (Iterator<SimBatch> all = session.unanswered().iterator(); all.hasNext(); ) {
      if (all.next() == batch) {
        all.remove();
      }
    }
  }

  /** Looks for the leader anew, perhaps. */
  void retarget() {
    server = cluster.guessLeader();
  }

  int inFlight() {
    return session.unanswered().size();
  }

  Kind kind() {
    return kind;
  }

  /** Whether {@code of} is its session, and a stream of it is open at {@code asked}. */
  boolean streams(long of, int asked) {
    return of == session.id() && connected && server == asked;
  }

  long sessionId() {
    return session.id();
  }

  /** Whether the log says that its session has expired. */
  boolean hasExpired() {
    return cluster.log().model().hasExpired(session.id());
  }

  @Override
  public String toString() {
    return "client " + id;
  }
}
