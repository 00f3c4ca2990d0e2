package io.ratiskv.client;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchReply;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.OperationRefusal;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ReadReply;
import io.ratiskv.protocol.v1.ReadResult;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster does, as the design has it and in the simplest way: one copy, no log, nothing ever
 * lost. Safe for any number of threads.
 */
final class FakeState {
  private record Entry(ByteString value, long version) {}

  /** What is kept of one batch; without operations it was fenced. */
  private record Kept(@Nullable ByteString operations, BatchResult result) {}

  private static final class Table {
    private final ByteString nonce;
    private long next = 1;
    private final TreeMap<Long, Kept> replies = new TreeMap<>();

    Table(ByteString nonce) {
      this.nonce = nonce;
    }
  }

  private final Map<ByteString, Entry> store = new HashMap<>();
  private final Map<Long, Table> sessions = new HashMap<>();
  private String forbidden = "";
  private long denied;
  private long index;
  private long duplicates;
  private long fenced;

  synchronized List<ServerMessage> answer(ClientMessage message) {
    return switch (message.getKindCase()) {
      case OPEN -> List.of(open(message.getOpen().getNonce()));
      case BATCH -> List.of(apply(message.getBatch()));
      case FENCE -> List.of(fence(message.getFence()));
      case CLOSE -> {
        sessions.remove(message.getClose().getSession());
        yield List.of(Messages.closed(message.getClose().getSession()));
      }
      case READ -> read(message.getRead());
      case HELLO, KIND_NOT_SET -> List.of();
    };
  }

  /** Nobody reads or writes the keys that begin so. */
  synchronized void forbid(String prefix) {
    forbidden = prefix;
  }

  /** Batches that were denied. */
  synchronized long denied() {
    return denied;
  }

  private boolean isForbidden(ByteString key) {
    return !forbidden.isEmpty() && key.startsWith(ByteString.copyFromUtf8(forbidden));
  }

  synchronized void expireSessions() {
    sessions.clear();
  }

  synchronized int sessionCount() {
    return sessions.size();
  }

  synchronized long duplicates() {
    return duplicates;
  }

  /** Numbers that were consumed by fences. */
  synchronized long fenced() {
    return fenced;
  }

  synchronized String value(String key) {
    Entry entry = store.get(ByteString.copyFromUtf8(key));
    return entry == null ? "" : entry.value().toStringUtf8();
  }

  private ServerMessage open(ByteString nonce) {
    index++;
    for (Map.Entry<Long, Table> session : sessions.entrySet()) {
      if (session.getValue().nonce.equals(nonce)) {
        return Messages.opened(nonce, session.getKey());
      }
    }
    sessions.put(index, new Table(nonce));
    return Messages.opened(nonce, index);
  }

  private ServerMessage apply(Batch batch) {
    if (Messages.operations(batch).getOperationList().stream()
        .anyMatch(operation -> isForbidden(operation.getKey()))) {
      denied++;
      return Messages.refused(batch, Code.DENIED);
    }
    index++;
    Table table = sessions.get(batch.getSession());
    if (table == null) {
      return Messages.refused(batch, Code.SESSION_EXPIRED);
    }
    table.replies.headMap(batch.getFirstUnanswered()).clear();
    Kept kept = table.replies.get(batch.getSequence());
    if (kept != null && kept.operations() == null) {
      return Messages.refused(batch, Code.FENCED);
    }
    if (kept != null) {
      duplicates++;
      return batch.getOperations().equals(kept.operations())
          ? reply(batch, kept.result(), true)
          : Messages.refused(batch, Code.SEQUENCE_REUSED);
    }
    if (batch.getSequence() != table.next) {
      return Messages.refused(
          batch, batch.getSequence() < table.next ? Code.STALE : Code.OUT_OF_ORDER);
    }
    if (table.replies.size() >= Limits.SESSION_WINDOW) {
      return Messages.refused(batch, Code.WINDOW_EXCEEDED);
    }
    table.next++;
    BatchResult result = execute(batch);
    table.replies.put(batch.getSequence(), new Kept(batch.getOperations(), result));
    return reply(batch, result, false);
  }

  private ServerMessage fence(Fence fence) {
    index++;
    Table table = sessions.get(fence.getSession());
    if (table == null) {
      return Messages.refused(fence, Code.SESSION_EXPIRED);
    }
    table.replies.headMap(fence.getFirstUnanswered()).clear();
    Kept kept = table.replies.get(fence.getSequence());
    if (kept != null
        && kept.operations() != null
        && fence.getFingerprint() != 0
        && fence.getFingerprint() != Fingerprint.of(kept.operations().asReadOnlyByteBuffer())) {
      return Messages.refused(fence, Code.SEQUENCE_REUSED);
    }
    if (kept != null && kept.operations() != null) {
      Batch named =
          Batch.newBuilder()
              .setSession(fence.getSession())
              .setSequence(fence.getSequence())
              .build();
      return reply(named, kept.result(), true);
    }
    if (kept == null && fence.getSequence() < table.next) {
      return Messages.refused(fence, Code.STALE);
    }
    if (fence.getSequence() > table.next) {
      var refusal =
          Messages.refusal(ClientMessage.newBuilder().setFence(fence).build(), Code.OUT_OF_ORDER)
              .setActual(fence.getSequence())
              .setLimit(table.next);
      return ServerMessage.newBuilder().setRefusal(refusal).build();
    }
    if (kept == null) {
      if (table.replies.size() == Limits.SESSION_FENCE_WINDOW) {
        return Messages.refused(fence, Code.WINDOW_EXCEEDED);
      }
      table.replies.put(table.next++, new Kept(null, BatchResult.getDefaultInstance()));
      fenced++;
    }
    return Messages.fenced(fence);
  }

  private BatchResult execute(Batch batch) {
    BatchResult.Builder result = BatchResult.newBuilder().setVersion(index);
    List<Operation> operations = Messages.operations(batch).getOperationList();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Entry old = store.getOrDefault(operation.getKey(), new Entry(ByteString.EMPTY, 0));
      ByteString value =
          operation.getKind() == Operation.Kind.APPEND
              ? old.value().concat(operation.getValue())
              : operation.getValue();
      if (value.size() > Limits.MAX_VALUE_BYTES) {
        result.addLengths(old.value().size());
        result.addRefusals(
            OperationRefusal.newBuilder()
                .setPosition(i)
                .setCode(Code.VALUE_TOO_LARGE)
                .setActual(value.size())
                .setLimit(Limits.MAX_VALUE_BYTES));
      } else {
        store.put(operation.getKey(), new Entry(value, index));
        result.addLengths(value.size());
      }
    }
    return result.build();
  }

  private static ServerMessage reply(Batch batch, BatchResult result, boolean duplicate) {
    return ServerMessage.newBuilder()
        .setApplied(
            BatchReply.newBuilder()
                .setSession(batch.getSession())
                .setSequence(batch.getSequence())
                .setDuplicate(duplicate)
                .setResult(result))
        .build();
  }

  private List<ServerMessage> read(Read read) {
    ClientMessage message = ClientMessage.newBuilder().setRead(read).build();
    if (read.getKeysList().stream().anyMatch(this::isForbidden)) {
      return List.of(Messages.refused(message, Code.DENIED));
    }
    if (read.getSession() != 0) {
      Table table = sessions.get(read.getSession());
      if (table == null) {
        return List.of(Messages.refused(message, Code.SESSION_EXPIRED));
      }
      if (read.getAfterSequence() >= table.next) {
        return List.of(Messages.refused(message, Code.OUT_OF_ORDER));
      }
    }
    List<ServerMessage> pages = new ArrayList<>();
    ReadReply.Builder page = ReadReply.newBuilder().setId(read.getId()).setIndex(index);
    int bytes = 0;
    for (int i = 0; i < read.getKeysCount(); i++) {
      Entry entry = store.get(read.getKeys(i));
      ReadResult.Builder result = ReadResult.newBuilder();
      if (entry != null) {
        result.setFound(true).setValue(entry.value()).setVersion(entry.version());
      }
      page.addResults(result);
      bytes += result.getValue().size();
      if (bytes > Limits.READ_PAGE_BYTES || i == read.getKeysCount() - 1) {
        pages.add(ServerMessage.newBuilder().setRead(page).build());
        page = page.clone().clearResults().setFirst(i + 1);
        bytes = 0;
      }
    }
    return pages;
  }
}
