package io.ratiskv.statemachine.core;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A state that is fed the entries of one log, from index 1 on. */
final class Replica {
  static final long TERM = 3;

  private final KvState state;
  private long index;

  private Replica(KvState state, long index) {
    this.state = state;
    this.index = index;
  }

  static Replica empty() {
    return new Replica(KvState.empty(), 0);
  }

  static Replica of(KvState state, long index) {
    return new Replica(state, index);
  }

  static Replica restored(byte[] snapshot) throws IOException {
    SnapshotReader.Loaded loaded =
        SnapshotReader.read("test.snapshot", new ByteArrayInputStream(snapshot));
    return new Replica(loaded.state(), loaded.index());
  }

  /** Applies the next entry, of these commands. */
  List<Reply> apply(io.ratiskv.protocol.v1.Command... commands) {
    return apply(Entries.entry(commands));
  }

  /** Applies the next entry, and has the replies in the order of their commands. */
  List<Reply> apply(byte[] entry) {
    index++;
    List<Reply> replies = new ArrayList<>();
    state.apply(
        index,
        entry,
        new EntryListener() {
          @Override
          public void started(KvState started) {}

          @Override
          public void replied(KvState replying, int position, Reply reply) {
            if (position != replies.size()) {
              throw new AssertionError("a reply to " + position + " after " + replies.size());
            }
            replies.add(reply);
          }
        });
    return replies;
  }

  /** Applies the next entry, of one command, and has its reply. */
  Reply applyOne(io.ratiskv.protocol.v1.Command command) {
    return apply(command).get(0);
  }

  /** Lets entries pass, up to and with the one at {@code last}. */
  Replica skipTo(long last) {
    while (index < last) {
      apply(Entries.barrier());
    }
    return this;
  }

  byte[] snapshot() {
    SnapshotView view = state.view(TERM, index);
    return write(view);
  }

  static byte[] write(SnapshotView view) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      view.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The value of {@code key} as text; "absent" if there is none. */
  String value(String key) {
    Value found = state.get(Bytes.utf8(key));
    return found == null ? "absent" : found.toByteString().toStringUtf8();
  }

  /** The length of the value of {@code key}; -1 if there is none. */
  int length(String key) {
    Value found = state.get(Bytes.utf8(key));
    return found == null ? -1 : found.length();
  }

  KvState state() {
    return state;
  }

  long index() {
    return index;
  }

  long digest() {
    return state.digest().digest();
  }
}
