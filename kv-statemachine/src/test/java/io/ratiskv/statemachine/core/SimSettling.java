package io.ratiskv.statemachine.core;

import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.statemachine.core.SimClient.Kind;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import io.ratiskv.statemachine.core.SimWrite.Outcome;

/**
 * What a client makes of an answer to a batch, or to its fence. Some answers must never reach a
 * client that keeps to the rules: they fail the run.
 */
final class SimSettling {
  private final SimRun run;
  private final SimClient client;
  private final SimHistory history;

  SimSettling(SimRun run, SimClient client, SimHistory history) {
    this.run = run;
    this.client = client;
    this.history = history;
  }

  void settle(SimBatch batch, SimMessage answer) {
    if (answer.reply() instanceof Reply.Applied applied) {
      acked(batch, applied);
    } else if (answer.reply() instanceof Reply.Fenced) {
      never(batch);
    } else if (answer.reply() instanceof Reply.Refused refused) {
      refused(batch, answer, refused.code());
    } else {
      run.require(answer.refusal() != null, () -> "an answer of the wrong kind: " + answer);
      batch.stopped();
      client.retarget();
    }
  }

  private void acked(SimBatch batch, Reply.Applied applied) {
    BatchResult result = parse(applied);
    run.require(
        result.getLengthsCount() == batch.writes.size() && result.getRefusalsCount() == 0,
        () -> "a result that isn't one of the batch's: " + result);
    for (int i = 0; i < batch.writes.size(); i++) {
      history.acked(batch.writes.get(i), result.getVersion(), result.getLengths(i));
    }
    client.answered(batch);
  }

  private static BatchResult parse(Reply.Applied applied) {
    try {
      return BatchResult.parseFrom(applied.result());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a result that can't be read", e);
    }
  }

  private void never(SimBatch batch) {
    batch.settled(Outcome.NEVER);
    client.answered(batch);
  }

  private void refused(SimBatch batch, SimMessage answer, Code code) {
    switch (code) {
      case OUT_OF_ORDER -> batch.stopped();
      case WINDOW_EXCEEDED -> windowExceeded(batch, answer);
      case SESSION_EXPIRED -> {
        allow(client.hasExpired() || client.kind() == Kind.TWIN, answer);
        expired();
      }
      case FENCED -> {
        allow(batch.wasEverFenced(), answer);
        never(batch);
      }
      case SEQUENCE_REUSED -> {
        allow(client.kind() == Kind.TWIN, answer);
        never(batch);
        client.abandon();
      }
      case STALE -> {
        allow(client.kind() == Kind.TWIN, answer);
        client.abandon();
      }
      default -> allow(false, answer);
    }
  }

  private void windowExceeded(SimBatch batch, SimMessage answer) {
    allow(client.kind() != Kind.HONEST, answer);
    batch.stopped();
  }

  private void expired() {
    if (client.inFlight() > 1) {
      run.count(Event.BATCHES_IN_FLIGHT_LOST);
    }
    client.loseSession();
  }

  private void allow(boolean allowed, SimMessage answer) {
    run.require(allowed, () -> "must not happen to " + client.kind() + ": " + answer);
  }
}
