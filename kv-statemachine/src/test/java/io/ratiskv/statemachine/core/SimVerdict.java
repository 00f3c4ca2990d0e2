package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import io.ratiskv.statemachine.core.SimWrite.Outcome;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has to hold at the end of a run, when all is answered and applied everywhere. */
final class SimVerdict {
  private final SimRun run;
  private final SimLog log;
  private final List<SimReplica> replicas;
  private final SimHistory history;

  SimVerdict(SimRun run, SimCluster cluster, SimHistory history) {
    this.run = run;
    this.log = cluster.log();
    this.replicas = cluster.replicas();
    this.history = history;
  }

  void check() {
    byte[] last = finalSnapshot();
    checkReplay(last);
    checkTail(last);
    checkValues();
    checkTokens();
  }

  private byte[] finalSnapshot() {
    for (SimReplica replica : replicas) {
      replica.writeSnapshot();
      replica.beginSnapshot();
      replica.writeSnapshot();
    }
    return log.snapshots().get(log.last());
  }

  /** From nothing, with a snapshot where somebody else took one: the same bytes. */
  private void checkReplay(byte[] last) {
    KvState state = KvState.empty();
    long some = someSnapshot();
    for (long index = 1; index <= log.last(); index++) {
      apply(state, index);
      if (index == some) {
        log.checkSnapshot(index, snapshot(state, index));
      }
    }
    run.require(Arrays.equals(last, snapshot(state, log.last())), () -> "the replay differs");
  }

  /** From some snapshot and the entries behind it: the same bytes. */
  private void checkTail(byte[] last) {
    SnapshotReader.Loaded loaded = SimReplica.load(log.snapshots().get(someSnapshot()));
    for (long index = loaded.index() + 1; index <= log.last(); index++) {
      apply(loaded.state(), index);
    }
    run.require(
        Arrays.equals(last, snapshot(loaded.state(), log.last())),
        () -> "snapshot of " + loaded.index() + " and tail differ from the rest");
  }

  /** The index of one that was taken. */
  private long someSnapshot() {
    List<Long> indices = List.copyOf(log.snapshots().keySet());
    return indices.get(run.below(indices.size()));
  }

  private void apply(KvState state, long index) {
    SimEntry entry = log.entry(index);
    if (entry.bytes != null) {
      state.apply(index, entry.bytes, EntryListener.NONE);
      run.require(entry.hasDigest(state.digest().digest()), () -> "another digest at " + index);
    }
  }

  private byte[] snapshot(KvState state, long index) {
    SnapshotView view = state.view(log.entry(index).term, index);
    return Replica.write(view);
  }

  private void checkValues() {
    for (SimReplica replica : replicas) {
      log.model()
          .values()
          .forEach(
              (key, expected) -> {
                Value found = replica.state().get(Bytes.copyOf(key));
                run.require(
                    found != null
                        && found.version() == expected.version()
                        && found.toByteString().equals(expected.value()),
                    () -> "the value of " + key.toStringUtf8() + " isn't the model's");
              });
    }
  }

  private void checkTokens() {
    Map<String, Integer> ends = new HashMap<>();
    for (SimWrite write : history.writes()) {
      run.require(write.outcome() != Outcome.PENDING, () -> "never answered: " + write);
    }
    Map<String, SimWrite> issued = new HashMap<>();
    history.writes().forEach(write -> issued.put(write.token, write));
    history.writes().stream()
        .map(write -> write.key)
        .distinct()
        .forEach(key -> readTokens(key, issued, ends));
    Map<String, Integer> reached = new HashMap<>();
    for (SimWrite write : history.writes()) {
      check(write, ends.get(write.token), reached);
    }
  }

  /** Notes where each token of a value ends. */
  private void readTokens(String key, Map<String, SimWrite> issued, Map<String, Integer> ends) {
    Value found = replicas.get(0).state().get(Bytes.utf8(key));
    String value = found == null ? "" : found.toByteString().toStringUtf8();
    int start = 0;
    while (start < value.length()) {
      int end = value.indexOf(SimHistory.END_OF_TOKEN, start) + 1;
      run.require(end > 0, () -> "a torn token at the end of " + key);
      String token = value.substring(start, end);
      SimWrite write = issued.get(token);
      run.require(
          write != null && write.key.equals(key), () -> "from nowhere: " + token + " in " + key);
      run.require(ends.put(token, end) == null, () -> "took effect twice: " + write);
      start = end;
    }
  }

  /**
   * @param end where the token ends in the final value; null: it isn't there
   * @param reached how far each session had come in each value
   */
  private void check(SimWrite write, @Nullable Integer end, Map<String, Integer> reached) {
    run.require(
        write.outcome() != Outcome.NEVER || end == null, () -> "took effect after all: " + write);
    if (!write.key.startsWith(SimHistory.APPENDED)) {
      checkVersion(write);
      return;
    }
    run.require(
        write.outcome() != Outcome.ACKED || (end != null && end == write.length()),
        () -> "acknowledged, and ends at " + end + ": " + write);
    if (end == null) {
      return;
    }
    run.require(
        end - write.token.length() >= write.floor,
        () -> "stands before what was known when it was sent, " + write.floor + ": " + write);
    String line = write.key + " " + write.client + " " + write.session;
    Integer before = reached.put(line, end);
    run.require(before == null || before < end, () -> "before an earlier one: " + write);
  }

  private void checkVersion(SimWrite write) {
    Value found = replicas.get(0).state().get(Bytes.copyOf(ByteString.copyFromUtf8(write.key)));
    run.require(
        write.outcome() != Outcome.ACKED || (found != null && found.version() >= write.version()),
        () -> "overtaken by an older one: " + write);
  }
}
