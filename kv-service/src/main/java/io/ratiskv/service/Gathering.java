package io.ratiskv.service;

import io.ratiskv.protocol.v1.DigestCheck;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.statemachine.core.EntryListener;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The requests that share one log entry: writes, which are its commands, and reads, which ride
 * along. A read is answered from the state between the commands that came before it and those that
 * came after.
 *
 * <p>Filled by the committer alone; then either applied, on the applying thread, or refused as a
 * whole; whichever comes first holds. The applying thread may be in the middle of it when Ratis
 * gives it up, which happens to a leader that loses its office: then each request is answered by
 * the one that gets to it first.
 *
 * <p>Its lock, which is this, is taken by the applying thread, which holds the state machine's, and
 * by those who refuse; and held while the committer's, the innermost, is taken and while clients
 * are told. Nobody who holds it may read at an index ({@link Replica#readAt}).
 */
final class Gathering implements EntryListener {
  private final Consumer<Request> onAnswered;
  private final Consumer<Gathering> onFinished;
  private final LogEntry.Builder entry = LogEntry.newBuilder().setFormat(1);
  private final List<Request> requests = new ArrayList<>();

  /** How many of {@link #requests} have been answered; they are in their order. Guarded by this. */
  private int answered;

  private boolean finished;

  private int bytes;

  /**
   * An empty one.
   *
   * @param onAnswered told of each request as it is answered or refused
   * @param onFinished told once, when all are
   */
  Gathering(KvState.Stamp stamp, Consumer<Request> onAnswered, Consumer<Gathering> onFinished) {
    this.onAnswered = onAnswered;
    this.onFinished = onFinished;
    if (stamp.index() > 0) {
      entry.setCheck(DigestCheck.newBuilder().setIndex(stamp.index()).setDigest(stamp.digest()));
    }
  }

  void add(Request request) {
    requests.add(request);
    if (request instanceof Request.Write write) {
      entry.addCommands(write.command());
      bytes += write.bytes();
    }
  }

  /** Bytes of the commands. */
  int bytes() {
    return bytes;
  }

  int size() {
    return requests.size();
  }

  /** Whether it holds reads alone. */
  boolean isBarrier() {
    return entry.getCommandsCount() == 0;
  }

  LogEntry entry() {
    return entry.build();
  }

  @Override
  public synchronized void started(KvState state) {
    read(state);
    finish();
  }

  @Override
  public synchronized void replied(KvState state, int position, Reply reply) {
    if (answered < requests.size()) {
      Request request = next();
      if (request instanceof Request.Write write) {
        write.replied(reply);
      }
      read(state);
      finish();
    }
  }

  /** Answers the reads that stand before the next command. */
  private void read(KvState state) {
    while (answered < requests.size()
        && requests.get(answered) instanceof Request.Reading reading) {
      next();
      reading.answered(state);
    }
  }

  /** Refuses what hasn't been answered. */
  synchronized void refuse(Refusal.Builder refusal) {
    while (answered < requests.size()) {
      next().refused(refusal.clone());
    }
    finish();
  }

  private void finish() {
    if (!finished && answered == requests.size()) {
      finished = true;
      onFinished.accept(this);
    }
  }

  private Request next() {
    Request request = requests.get(answered);
    answered++;
    onAnswered.accept(request);
    return request;
  }
}
