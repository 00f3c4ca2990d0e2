package io.ratiskv.statemachine.core;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.ratiskv.protocol.Fingerprint;
import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.BatchResult;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.ExpireSession;
import io.ratiskv.protocol.v1.Fence;
import io.ratiskv.protocol.v1.Operation;
import io.ratiskv.protocol.v1.Operations;
import io.ratiskv.statemachine.core.SimAnswer.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state by its specification, for the committed log of one run: design, section 4.
 * Nothing of it is shared with the code under test; it forgets nothing, has no snapshots, and is
 * made for few sessions.
 */
final class SimModel {
  private static final int WINDOW = 8;

  /** A number that was consumed: by a batch, or by a fence, which leaves no payload. */
  private record Slot(@Nullable ByteString payload, ByteString result) {}

  private static final class Session {
    final long id;
    final String principal;
    final ByteString nonce;
    final TreeMap<Long, Slot> kept = new TreeMap<>();
    long next = 1;
    long heard;

    Session(long id, String principal, ByteString nonce) {
      this.id = id;
      this.principal = principal;
      this.nonce = nonce;
    }

    long firstKept() {
      return kept.isEmpty() ? next : kept.firstKey();
    }
  }

  /** A value with the index of the entry that wrote it. */
  record Versioned(ByteString value, long version) {}

  private final TreeMap<Long, Session> sessions = new TreeMap<>();
  private final Map<ByteString, Versioned> values = new HashMap<>();
  private final Set<Long> expired = new HashSet<>();
  private long opened;
  private long ttlMillis = 600_000;
  private long index;

  /** What the commands of the entry at {@code atIndex} are answered. */
  List<SimAnswer> apply(long atIndex, List<Command> commands) {
    index = atIndex;
    List<SimAnswer> answers = new ArrayList<>(commands.size());
    for (Command command : commands) {
      answers.add(answer(command));
    }
    return answers;
  }

  private SimAnswer answer(Command command) {
    String principal = command.getPrincipal();
    return switch (command.getKindCase()) {
      case OPEN -> open(principal, command.getOpen().getNonce());
      case BATCH -> batch(principal, command.getBatch());
      case CLOSE -> close(principal, command.getClose().getSession());
      case FENCE -> fence(principal, command.getFence());
      case EXPIRE -> expire(command.getExpire());
      case SET_PARAMETERS -> setTtl(command.getSetParameters().getSessionTtlMillis());
      case KIND_NOT_SET -> throw new AssertionError("the simulation makes no such command");
    };
  }

  private SimAnswer open(String principal, ByteString nonce) {
    for (Session session : sessions.values()) {
      if (session.principal.equals(principal) && session.nonce.equals(nonce)) {
        session.heard = index;
        return SimAnswer.of(Kind.OPENED, session.id, 0);
      }
    }
    opened++;
    Session session = new Session(opened, principal, nonce);
    session.heard = index;
    sessions.put(opened, session);
    return SimAnswer.of(Kind.OPENED, opened, 0);
  }

  private SimAnswer close(String principal, long id) {
    Session session = sessions.get(id);
    if (session != null && !session.principal.equals(principal)) {
      return SimAnswer.refused(Code.DENIED, 0, 0);
    }
    sessions.remove(id);
    return SimAnswer.of(Kind.CLOSED, id, 0);
  }

  private SimAnswer batch(String principal, Batch batch) {
    Session session = sessions.get(batch.getSession());
    SimAnswer gone = refusedBySession(session, principal);
    if (gone != null) {
      return gone;
    }
    session.heard = index;
    session.kept.headMap(batch.getFirstUnanswered()).clear();
    long sequence = batch.getSequence();
    Slot slot = session.kept.get(sequence);
    if (slot != null && slot.payload == null) {
      return SimAnswer.refused(Code.FENCED, sequence, session.next);
    }
    if (slot != null && !slot.payload.equals(batch.getOperations())) {
      return SimAnswer.refused(Code.SEQUENCE_REUSED, sequence, session.next);
    }
    if (slot != null) {
      return SimAnswer.applied(Kind.DUPLICATE, session.id, sequence, slot.result);
    }
    SimAnswer outside = refusedByNumber(session, sequence, WINDOW);
    if (outside != null) {
      return outside;
    }
    ByteString result = execute(batch.getOperations());
    session.kept.put(sequence, new Slot(batch.getOperations(), result));
    session.next++;
    return SimAnswer.applied(Kind.APPLIED, session.id, sequence, result);
  }

  private SimAnswer fence(String principal, Fence fence) {
    Session session = sessions.get(fence.getSession());
    SimAnswer gone = refusedBySession(session, principal);
    if (gone != null) {
      return gone;
    }
    session.heard = index;
    session.kept.headMap(fence.getFirstUnanswered()).clear();
    long sequence = fence.getSequence();
    Slot slot = session.kept.get(sequence);
    if (slot != null && slot.payload != null) {
      ByteBuffer payload = slot.payload.asReadOnlyByteBuffer();
      if (fence.getFingerprint() != 0 && fence.getFingerprint() != Fingerprint.of(payload)) {
        return SimAnswer.refused(Code.SEQUENCE_REUSED, sequence, session.next);
      }
      return SimAnswer.applied(Kind.DUPLICATE, session.id, sequence, slot.result);
    }
    if (slot == null) {
      SimAnswer outside = refusedByNumber(session, sequence, 2 * WINDOW);
      if (outside != null) {
        return outside;
      }
      session.kept.put(sequence, new Slot(null, ByteString.EMPTY));
      session.next++;
    }
    return SimAnswer.of(Kind.FENCED, session.id, sequence);
  }

  private static @Nullable SimAnswer refusedBySession(@Nullable Session session, String principal) {
    if (session == null) {
      return SimAnswer.refused(Code.SESSION_EXPIRED, 0, 0);
    }
    return session.principal.equals(principal) ? null : SimAnswer.refused(Code.DENIED, 0, 0);
  }

  private static @Nullable SimAnswer refusedByNumber(Session session, long sequence, int window) {
    if (sequence < session.next) {
      return SimAnswer.refused(Code.STALE, sequence, session.firstKept());
    }
    if (sequence > session.next) {
      return SimAnswer.refused(Code.OUT_OF_ORDER, sequence, session.next);
    }
    return session.kept.size() < window
        ? null
        : SimAnswer.refused(Code.WINDOW_EXCEEDED, session.kept.size() + 1, window);
  }

  private SimAnswer expire(ExpireSession expire) {
    Session session = sessions.get(expire.getSession());
    if (session == null || session.heard > expire.getLastIndex()) {
      return SimAnswer.of(Kind.NOT_EXPIRED, expire.getSession(), 0);
    }
    sessions.remove(session.id);
    expired.add(session.id);
    return SimAnswer.of(Kind.EXPIRED, session.id, 0);
  }

  private SimAnswer setTtl(long millis) {
    ttlMillis = millis == 0 ? ttlMillis : millis;
    return SimAnswer.of(Kind.CONFIGURED, ttlMillis, 0);
  }

  private ByteString execute(ByteString encoded) {
    BatchResult.Builder result = BatchResult.newBuilder().setVersion(index);
    for (Operation operation : parse(encoded).getOperationList()) {
      Versioned old = values.get(operation.getKey());
      boolean joins = operation.getKind() == Operation.Kind.APPEND && old != null;
      ByteString value = joins ? old.value.concat(operation.getValue()) : operation.getValue();
      values.put(operation.getKey(), new Versioned(value, index));
      result.addLengths(value.size());
    }
    return result.build().toByteString();
  }

  private static Operations parse(ByteString encoded) {
    try {
      return Operations.parseFrom(encoded);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the simulation's own operations can't be read", e);
    }
  }

  /** All keys with their values. */
  Map<ByteString, Versioned> values() {
    return values;
  }

  /** Bytes of keys and values. */
  long bytes() {
    long bytes = 0;
    for (Map.Entry<ByteString, Versioned> entry : values.entrySet()) {
      bytes += entry.getKey().size() + entry.getValue().value.size();
    }
    return bytes;
  }

  int sessions() {
    return sessions.size();
  }

  boolean isOpen(long session) {
    return sessions.containsKey(session);
  }

  /** Whether the session was ended by expiry, not by its client. */
  boolean hasExpired(long session) {
    return expired.contains(session);
  }

  /** The replies kept for a session; 0 where there is none. */
  int kept(long session) {
    Session known = sessions.get(session);
    return known == null ? 0 : known.kept.size();
  }
}
