package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.statemachine.core.SimCoverage.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server's state: applies the log at its own pace, crashes, comes back from its snapshot. */
final class SimReplica implements EntryListener {
  /** How the present state came about. */
  private enum Origin {
    NOTHING,
    OWN_SNAPSHOT,
    INSTALLED
  }

  private final SimRun run;
  private final int id;
  private final SimLog log;

  private KvState state = KvState.empty();
  private long applied;
  private Origin origin = Origin.NOTHING;

  /** The index of the snapshot that the present state began with. */
  private long restoredAt;

  private int life;
  private boolean up = true;

  /** The newest snapshot on disk. */
  private byte @Nullable [] disk;

  private long diskIndex;

  /** A snapshot that has been begun. */
  private @Nullable SnapshotView view;

  private final List<Reply> replies = new ArrayList<>();

  SimReplica(SimRun run, int id, SimLog log) {
    this.run = run;
    this.id = id;
    this.log = log;
  }

  /** Applies the next entry, which is committed. */
  void applyNext() {
    SimEntry entry = log.entry(applied + 1);
    applied++;
    if (entry.bytes == null) {
      return;
    }
    replies.clear();
    state.apply(entry.index, entry.bytes, this);
    List<SimAnswer> answers = replies.stream().map(SimAnswer::of).toList();
    log.check(entry, answers, state);
    boolean own = entry.origin != null && entry.origin.replica() == this;
    answers.forEach(answer -> count(answer, own));
    if (own) {
      entry.origin.applied(entry, replies);
    }
  }

  @Override
  public void started(KvState started) {
    run.require(replies.isEmpty(), () -> "an entry that starts twice");
  }

  @Override
  public void replied(KvState replying, int position, Reply reply) {
    run.require(position == replies.size(), () -> "reply " + position + " out of order");
    replies.add(reply);
  }

  /** Counts what the table that came with a snapshot was needed for. */
  private void count(SimAnswer answer, boolean own) {
    if (origin == Origin.NOTHING) {
      return;
    }
    if (answer.code() == Code.FENCED) {
      run.count(Event.FENCED_AFTER_RESTORE);
    }
    if (answer.kind() != SimAnswer.Kind.DUPLICATE || SimEffects.version(answer) > restoredAt) {
      return;
    }
    if (origin == Origin.OWN_SNAPSHOT) {
      run.count(Event.DUPLICATE_AFTER_RESTART_FROM_SNAPSHOT);
    } else {
      run.count(Event.DUPLICATE_AFTER_INSTALL);
      if (own) {
        run.count(Event.DUPLICATE_AFTER_INSTALL_ON_LEADER);
      }
    }
  }

  void crash() {
    run.say(() -> this + " crashes");
    run.count(Event.CRASH);
    if (applied < log.commit()) {
      run.count(Event.CRASH_WITH_ENTRIES_TO_APPLY);
    }
    if (view != null) {
      run.count(Event.CRASH_DURING_SNAPSHOT);
    }
    up = false;
    view = null;
  }

  void restart() {
    life++;
    up = true;
    if (disk == null) {
      run.count(Event.RESTART_FROM_NOTHING);
      state = KvState.empty();
      applied = 0;
      origin = Origin.NOTHING;
    } else {
      run.count(Event.RESTART_FROM_SNAPSHOT);
      restore(disk, Origin.OWN_SNAPSHOT);
    }
    run.say(() -> this + " starts again");
  }

  /** Takes another's snapshot over, if it is ahead. */
  void install(SimReplica from) {
    if (from.disk != null && from.diskIndex > applied) {
      run.count(Event.SNAPSHOT_INSTALLED);
      closeView();
      disk = from.disk;
      restore(disk, Origin.INSTALLED);
      diskIndex = applied;
      run.say(() -> this + " has the snapshot of " + from);
    }
  }

  private void restore(byte[] snapshot, Origin by) {
    SnapshotReader.Loaded loaded = load(snapshot);
    run.require(
        loaded.term() == log.entry(loaded.index()).term, () -> "a snapshot of another term");
    state = loaded.state();
    applied = loaded.index();
    restoredAt = applied;
    origin = by;
  }

  static SnapshotReader.Loaded load(byte[] snapshot) {
    try {
      return SnapshotReader.read("simulated", new ByteArrayInputStream(snapshot));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loses its disk. */
  void wipe() {
    run.say(() -> this + " loses its snapshots");
    disk = null;
    diskIndex = 0;
  }

  void beginSnapshot() {
    if (view != null || applied == 0) {
      return;
    }
    run.say(() -> this + " begins a snapshot");
    if (log.entry(applied).bytes == null) {
      run.count(Event.SNAPSHOT_ON_RAFTS_OWN_ENTRY);
    }
    view = state.view(log.entry(applied).term, applied);
    for (Session session : view.sortedSessions()) {
      run.require(
          session.replies().size() <= Limits.SESSION_FENCE_WINDOW,
          () -> session.replies().size() + " replies are kept for session " + session.id());
    }
  }

  /** Writes the snapshot that was begun, whatever was applied since. */
  void writeSnapshot() {
    SnapshotView begun = view;
    if (begun == null) {
      return;
    }
    if (begun.index() < applied) {
      run.count(Event.SNAPSHOT_WRITTEN_LATE);
    }
    byte[] bytes = Replica.write(begun);
    log.checkSnapshot(begun.index(), bytes);
    disk = bytes;
    diskIndex = begun.index();
    closeView();
    run.say(() -> this + " has written its snapshot of " + diskIndex);
  }

  private void closeView() {
    view = null;
  }

  KvState.Stamp stamp() {
    return state.digest();
  }

  KvState state() {
    return state;
  }

  long applied() {
    return applied;
  }

  /** Counts its starts. */
  int life() {
    return life;
  }

  boolean isUp() {
    return up;
  }

  int id() {
    return id;
  }

  @Override
  public String toString() {
    return "server " + id + " at " + applied;
  }
}
