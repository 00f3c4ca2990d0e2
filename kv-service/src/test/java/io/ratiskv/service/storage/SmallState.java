package io.ratiskv.service.storage;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.statemachine.core.EntryListener;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotView;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;

/** A state with one session and a few keys, and the entries by which it goes on. */
final class SmallState {
  static final long TERM = 3;

  /** Of the last entry in {@link #view}. */
  static final long INDEX = 2;

  private SmallState() {}

  /** With "key" = "value". */
  static SnapshotView view() {
    KvState state = KvState.empty();
    Command open =
        Command.newBuilder()
            .setOpen(OpenSession.newBuilder().setNonce(ByteString.copyFrom(new byte[16])))
            .build();
    state.apply(1, entry(open), EntryListener.NONE);
    state.apply(INDEX, entry(put(1, "key", "value")), EntryListener.NONE);
    return state.view(TERM, INDEX);
  }

  /** The entries {@code from}, … {@code to} of a log, each of which puts a key of its own. */
  static List<LogEntryProto> log(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(
            index -> RatisSegment.entry(index, entry(put(index - 1, "key-" + index, "later"))))
        .toList();
  }

  private static Command put(long sequence, String key, String value) {
    Operation put =
        Operation.newBuilder()
            .setKind(Operation.Kind.PUT)
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value))
            .build();
    return Command.newBuilder()
        .setBatch(
            Batch.newBuilder()
                .setSession(1)
                .setSequence(sequence)
                .setFirstUnanswered(sequence)
                .setOperations(Operations.newBuilder().addOperation(put).build().toByteString()))
        .build();
  }

  private static byte[] entry(Command command) {
    return LogEntry.newBuilder().setFormat(1).addCommands(command).build().toByteArray();
  }
}
