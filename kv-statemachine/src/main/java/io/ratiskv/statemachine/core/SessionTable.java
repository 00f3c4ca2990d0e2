package io.ratiskv.statemachine.core;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of all clients: what makes a retried write take effect once.
 *
 * <p>Opened by the log and recorded at apply alone (Ongaro's dissertation, section 6.3), with a
 * window of replies for each session since a client has several batches in flight. An entry may
 * open several sessions, so their ids are counted, and not the entry's index. One thread writes;
 * {@link #lastApplied} and {@link #isAnothers} may be asked by any.
 */
final class SessionTable {
  /** Iterated for snapshots alone, which sort it. */
  private final Map<Long, Session> sessions = new ConcurrentHashMap<>();

  private final Map<Opener, Long> openers = new HashMap<>();
  private final Map<String, Integer> perPrincipal = new HashMap<>();

  /** The id of the session opened last; ids are not used again. */
  private long lastId;

  /**
   * Batches that were answered from here instead of being executed. Not state: a count since the
   * start.
   */
  private volatile long duplicates;

  /** Sessions that expired. Not state: a count since the start. */
  private volatile long expired;

  private record Opener(String principal, Bytes nonce) {}

  Reply open(long index, Command.Open command) {
    Long known = openers.get(new Opener(command.principal(), command.nonce()));
    if (known != null) {
      sessions.computeIfPresent(known, (id, session) -> session.heard(index, 1));
      return new Reply.Opened(known);
    }
    if (sessions.size() >= Limits.MAX_SESSIONS) {
      return new Reply.Refused(Code.TOO_MANY_SESSIONS, sessions.size(), Limits.MAX_SESSIONS);
    }
    int ofPrincipal = perPrincipal.getOrDefault(command.principal(), 0);
    if (!command.principal().isEmpty() && ofPrincipal >= Limits.MAX_SESSIONS_PER_PRINCIPAL) {
      return new Reply.Refused(
          Code.TOO_MANY_SESSIONS, ofPrincipal, Limits.MAX_SESSIONS_PER_PRINCIPAL);
    }
    lastId++;
    add(Session.opened(lastId, index, command.principal(), command.nonce()));
    return new Reply.Opened(lastId);
  }

  Reply close(Command.Close command) {
    Session session = sessions.get(command.session());
    if (session == null) {
      return new Reply.Closed(command.session());
    }
    if (!session.principal().equals(command.principal())) {
      return refused(Code.DENIED);
    }
    remove(session);
    return new Reply.Closed(session.id());
  }

  /**
   * Decides about a batch.
   *
   * @return the answer, or null if the batch is to be executed now, and {@link #executed} to be
   *     told
   */
  @Nullable Reply admit(long index, Command.Batch batch) {
    Session known = sessions.get(batch.session());
    if (known == null) {
      return refused(Code.SESSION_EXPIRED);
    }
    if (!known.principal().equals(batch.principal())) {
      return refused(Code.DENIED);
    }
    Session session = known.heard(index, batch.firstUnanswered());
    sessions.put(session.id(), session);
    long sequence = batch.sequence();
    if (sequence < session.firstKept()) {
      return new Reply.Refused(Code.STALE, sequence, session.firstKept());
    }
    if (sequence < session.next()) {
      return stored(session, batch);
    }
    return outside(session, sequence, Limits.SESSION_WINDOW);
  }

  /** Settles the fate of a batch: its reply if it was applied, else its number is consumed. */
  Reply fence(long index, Command.Fence fence) {
    Session known = sessions.get(fence.session());
    if (known == null) {
      return refused(Code.SESSION_EXPIRED);
    }
    if (!known.principal().equals(fence.principal())) {
      return refused(Code.DENIED);
    }
    Session session = known.heard(index, fence.firstUnanswered());
    sessions.put(session.id(), session);
    long sequence = fence.sequence();
    if (sequence < session.firstKept()) {
      return new Reply.Refused(Code.STALE, sequence, session.firstKept());
    }
    if (sequence < session.next()) {
      StoredReply reply = session.reply(sequence);
      if (reply.isFenced()) {
        return new Reply.Fenced(session.id(), sequence);
      }
      return fence.fingerprint() == 0 || fence.fingerprint() == reply.fingerprint()
          ? new Reply.Applied(session.id(), sequence, true, reply.result())
          : new Reply.Refused(Code.SEQUENCE_REUSED, sequence, session.next());
    }
    Reply outside = outside(session, sequence, Limits.SESSION_FENCE_WINDOW);
    if (outside != null) {
      return outside;
    }
    sessions.put(session.id(), session.executed(StoredReply.FENCED));
    return new Reply.Fenced(session.id(), sequence);
  }

  /** Why {@code sequence}, which was not executed yet, can't be now; null if it can. */
  private static @Nullable Reply outside(Session session, long sequence, int window) {
    if (sequence > session.next()) {
      return new Reply.Refused(Code.OUT_OF_ORDER, sequence, session.next());
    }
    if (session.replies().size() >= window) {
      return new Reply.Refused(Code.WINDOW_EXCEEDED, session.replies().size() + 1, window);
    }
    return null;
  }

  /** Ends a session, unless it was heard of after what the leader had seen of it. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  Reply expire(Command.Expire command) {
    Session session = sessions.get(command.session());
    if (session == null || session.lastIndex() > command.lastIndex()) {
      return new Reply.Expired(command.session(), false);
    }
    remove(session);
    expired = expired + 1;
    return new Reply.Expired(command.session(), true);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private Reply stored(Session session, Command.Batch batch) {
    StoredReply reply = session.reply(batch.sequence());
    if (reply.isFenced()) {
      return new Reply.Refused(Code.FENCED, batch.sequence(), session.next());
    }
    if (reply.fingerprint() != batch.fingerprint()) {
      return new Reply.Refused(Code.SEQUENCE_REUSED, batch.sequence(), session.next());
    }
    duplicates = duplicates + 1;
    return new Reply.Applied(session.id(), batch.sequence(), true, reply.result());
  }

  /** The batch that {@link #admit} let in has been executed. */
  void executed(Command.Batch batch, StoredReply reply) {
    sessions.computeIfPresent(batch.session(), (id, session) -> session.executed(reply));
  }

  /** Adds a session that a snapshot holds, or a new one. */
  void add(Session session) {
    sessions.put(session.id(), session);
    openers.put(new Opener(session.principal(), session.nonce()), session.id());
    perPrincipal.merge(session.principal(), 1, Integer::sum);
  }

  private void remove(Session session) {
    sessions.remove(session.id());
    openers.remove(new Opener(session.principal(), session.nonce()));
    perPrincipal.computeIfPresent(session.principal(), (p, count) -> count == 1 ? null : count - 1);
  }

  /** The highest sequence number of a session that was applied; -1 if there is no such session. */
  long lastApplied(long session) {
    Session known = sessions.get(session);
    return known == null ? -1 : known.next() - 1;
  }

  /** Whether there is such a session, and it is of somebody else. */
  boolean isAnothers(long session, String principal) {
    Session known = sessions.get(session);
    return known != null && !known.principal().equals(principal);
  }

  /** All sessions as they are now, in no order. */
  List<Session> list() {
    return new ArrayList<>(sessions.values());
  }

  int size() {
    return sessions.size();
  }

  long lastId() {
    return lastId;
  }

  /** Ids go on behind this one, as a snapshot says. */
  void restoreLastId(long id) {
    lastId = id;
  }

  /** The log index at which each session was last heard of, by its id. */
  Map<Long, Long> lastIndices() {
    Map<Long, Long> indices = new HashMap<>();
    sessions.forEach((id, session) -> indices.put(id, session.lastIndex()));
    return indices;
  }

  long expired() {
    return expired;
  }

  long duplicates() {
    return duplicates;
  }

  private static Reply refused(Code code) {
    return new Reply.Refused(code, 0, 0);
  }
}
