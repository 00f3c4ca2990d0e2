package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.DigestCheck;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The one log, as Raft would have it: a leader appends, what is not committed may be lost, what is
 * committed stays and goes to the model. Knows what every replica has to be like at each index.
 */
final class SimLog {
  private final SimRun run;
  private final SimModel model = new SimModel();
  private final SimEffects effects;
  private final List<SimEntry> entries = new ArrayList<>();
  private final Map<Long, byte[]> snapshots = new TreeMap<>();
  private long commit;

  SimLog(SimRun run) {
    this.run = run;
    this.effects = new SimEffects(run, this, model);
  }

  /** Appends an entry of {@code requests}. */
  void append(SimLeader origin, KvState.Stamp stamp, List<SimMessage> requests) {
    LogEntry.Builder entry = LogEntry.newBuilder().setFormat(1);
    for (SimMessage request : requests) {
      entry.addCommands(request.command());
    }
    if (stamp.index() > 0) {
      entry.setCheck(DigestCheck.newBuilder().setIndex(stamp.index()).setDigest(stamp.digest()));
    }
    add(new SimEntry(last() + 1, origin.term(), entry.build().toByteArray(), requests, origin));
  }

  /** Appends an entry of Raft's own. */
  void appendRafts(long term) {
    add(new SimEntry(last() + 1, term, null, List.of(), null));
  }

  private void add(SimEntry entry) {
    entries.add(entry);
    run.say(() -> "log " + entry.index + ": " + words(entry));
  }

  private static String words(SimEntry entry) {
    if (entry.bytes == null) {
      return "Raft's own";
    }
    StringBuilder words = new StringBuilder();
    for (Command command : entry.commands) {
      words.append("\n        ").append(SimMessage.words(command));
    }
    return words.toString();
  }

  /** Commits up to {@code index}. */
  void commit(long index) {
    while (commit < index) {
      commit++;
      SimEntry entry = entry(commit);
      List<SimAnswer> answers = model.apply(commit, entry.commands);
      entry.committed(
          new SimEntry.Effect(answers, model.sessions(), model.values().size(), model.bytes()));
      effects.count(entry, answers);
    }
    run.say(() -> "committed up to " + commit);
  }

  /** Loses what stands above {@code index}, which is committed or later. */
  List<SimEntry> truncate(long index) {
    List<SimEntry> tail = entries.subList((int) index, entries.size());
    List<SimEntry> lost = List.copyOf(tail);
    tail.clear();
    if (!lost.isEmpty()) {
      run.say(() -> "lost all entries above " + index);
    }
    return lost;
  }

  SimEntry entry(long index) {
    return entries.get((int) (index - 1));
  }

  long last() {
    return entries.size();
  }

  long commit() {
    return commit;
  }

  SimModel model() {
    return model;
  }

  /** Holds what a replica did with an entry against the model and against the other replicas. */
  void check(SimEntry entry, List<SimAnswer> answers, KvState state) {
    SimEntry.Effect effect = entry.effect();
    run.require(
        answers.equals(effect.answers()),
        () -> "entry " + entry.index + ": replied " + answers + ", model " + effect.answers());
    run.require(
        state.sessions() == effect.sessions()
            && state.keys() == effect.keys()
            && state.bytes() == effect.bytes(),
        () ->
            String.format(
                "entry %d: %d sessions, %d keys, %d bytes; model %s",
                entry.index, state.sessions(), state.keys(), state.bytes(), effect));
    KvState.Stamp stamp = state.digest();
    run.require(
        stamp.index() == entry.index && entry.hasDigest(stamp.digest()),
        () -> "entry " + entry.index + ": another digest than before");
  }

  /** A snapshot has to be the same whoever took it, in whatever life. */
  void checkSnapshot(long index, byte[] bytes) {
    byte @Nullable [] before = snapshots.putIfAbsent(index, bytes);
    if (before != null) {
      run.count(Event.SNAPSHOT_SEEN_TWICE);
      run.require(Arrays.equals(before, bytes), () -> "snapshots of " + index + " differ");
    }
  }

  /** All that were taken, by their index. */
  Map<Long, byte[]> snapshots() {
    return snapshots;
  }
}
