package io.ratiskv.service.storage;

import io.ratiskv.statemachine.core.CorruptSnapshotException;
import io.ratiskv.statemachine.core.EntryListener;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/** Makes the state of a server from its snapshot and its log, as the server does at its start. */
final class Replay {
  private final Path root;
  private final KvState state;
  private long term;
  private long index;

  private Replay(Path root, KvState state, long term, long index) {
    this.root = root;
    this.state = state;
    this.term = term;
    this.index = index;
  }

  /**
   * Begins with the newest snapshot that is whole and that the log goes on from.
   *
   * @param files newest first
   * @param root for messages
   * @throws DataFolderException if there is none, and the log doesn't begin at the beginning
   */
  static Replay from(List<SnapshotFile> files, LogContents log, Path root) throws IOException {
    StringBuilder faults = new StringBuilder();
    SnapshotFile needed = null;
    for (SnapshotFile file : files) {
      if (!log.goesOnFrom(file.index()) || !reaches(log, needed)) {
        break;
      }
      try {
        SnapshotReader.Loaded loaded = file.load();
        return new Replay(root, loaded.state(), loaded.term(), loaded.index());
      } catch (CorruptSnapshotException e) {
        faults.append(e.getMessage()).append("; ");
        needed = needed == null ? file : needed;
      }
    }
    if (log.goesOnFrom(-1) && reaches(log, needed)) {
      return new Replay(root, KvState.empty(), 0, -1);
    }
    throw DataFolderException.lost(
        root,
        "a whole snapshot that the log goes on from",
        faults
            + (log.entries() == 0
                ? "no log"
                : "a log of the entries " + log.firstIndex() + " to " + log.lastIndex()),
        "its data can't be used");
  }

  /**
   * Whether the log goes up to a snapshot that can't be used: the newest, for they come in order.
   */
  private static boolean reaches(LogContents log, @Nullable SnapshotFile needed) {
    return needed == null
        || (log.lastIndex() >= needed.index() && !needed.isAfter(log.lastTerm(), log.lastIndex()));
  }

  /**
   * Applies the next one. Where the leader sent a snapshot, entries of a lower term may be left
   * behind its index: they were never committed, and the leader replaces them.
   */
  void apply(LogEntryProto entry) throws IOException {
    if (entry.getIndex() <= index || entry.getTerm() < term) {
      return;
    }
    try {
      if (entry.hasStateMachineLogEntry()) {
        byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
        state.apply(entry.getIndex(), bytes, EntryListener.NONE);
      }
    } catch (RuntimeException e) {
      throw new DataFolderException(
          root,
          "entries that can be applied",
          "entry " + entry.getIndex() + ": " + e.getMessage(),
          "a newer Ratis KV may have written it; if not, its data can't be used",
          e);
    }
    term = entry.getTerm();
    index = entry.getIndex();
  }

  SnapshotView view() {
    return state.view(term, index);
  }
}
