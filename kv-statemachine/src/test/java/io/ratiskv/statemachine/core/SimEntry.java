package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Command;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of the log: what the leader put in it, and, once it is committed, what it does. */
final class SimEntry {
  final long index;
  final long term;

  /** Null in an entry of Raft's own, which the state machine never sees. */
  final byte @Nullable [] bytes;

  final List<SimMessage> requests;
  final List<Command> commands;

  /** Who answers the requests; null: nobody. */
  final @Nullable SimLeader origin;

  private @Nullable Effect effect;
  private boolean digested;
  private long digest;

  /** What the model says of the entry and of the state after it. */
  record Effect(List<SimAnswer> answers, int sessions, int keys, long bytes) {}

  SimEntry(
      long index,
      long term,
      byte @Nullable [] bytes,
      List<SimMessage> requests,
      @Nullable SimLeader origin) {
    this.index = index;
    this.term = term;
    this.bytes = bytes;
    this.requests = requests;
    this.commands = requests.stream().map(SimMessage::command).toList();
    this.origin = origin;
  }

  void committed(Effect does) {
    effect = does;
  }

  Effect effect() {
    if (effect == null) {
      throw new AssertionError("entry " + index + " is not committed");
    }
    return effect;
  }

  /** Whether that is the digest of whoever came by first, in whatever life. */
  boolean hasDigest(long other) {
    if (!digested) {
      digested = true;
      digest = other;
    }
    return digest == other;
  }
}
