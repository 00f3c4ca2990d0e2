package io.ratiskv.statemachine.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the replicated state ought to do, said once more and as simply as can be, from the design's
 * section 4 alone. Calls nothing of the code under test; answers in words.
 */
final class Model {
  private static final int WINDOW = 8;
  private static final int MAX_VALUE = 1 << 20;

  /** One write of a batch. */
  record Write(boolean append, String key, String value) {
    @Override
    public String toString() {
      return (append ? "append " : "put ") + key + " " + brief(value);
    }
  }

  /** What a batch did, for the one who asks again; without writes: its number was given up. */
  private record Done(@Nullable List<Write> writes, String result) {}

  private static final class Session {
    final String principal;
    final String nonce;
    long next = 1;
    long heard;
    final TreeMap<Long, Done> unanswered = new TreeMap<>();

    Session(String principal, String nonce) {
      this.principal = principal;
      this.nonce = nonce;
    }
  }

  private final TreeMap<Long, Session> sessions = new TreeMap<>();
  private long opened;
  private final TreeMap<String, String> values = new TreeMap<>();
  private final TreeMap<String, Long> versions = new TreeMap<>();

  String open(long index, String principal, String nonce) {
    for (Map.Entry<Long, Session> known : sessions.entrySet()) {
      if (known.getValue().principal.equals(principal) && known.getValue().nonce.equals(nonce)) {
        known.getValue().heard = index;
        return "opened " + known.getKey();
      }
    }
    opened++;
    Session session = new Session(principal, nonce);
    session.heard = index;
    sessions.put(opened, session);
    return "opened " + opened;
  }

  String close(String principal, long id) {
    Session session = sessions.get(id);
    if (session != null && !session.principal.equals(principal)) {
      return "refused DENIED 0 0";
    }
    sessions.remove(id);
    return "closed " + id;
  }

  String batch(
      long index, String principal, long id, long sequence, long first, List<Write> writes) {
    Session session = sessions.get(id);
    if (session == null) {
      return "refused SESSION_EXPIRED 0 0";
    }
    if (!session.principal.equals(principal)) {
      return "refused DENIED 0 0";
    }
    session.heard = index;
    session.unanswered.headMap(first).clear();
    Done before = session.unanswered.get(sequence);
    if (before != null && before.writes == null) {
      return "refused FENCED " + sequence + " " + session.next;
    }
    if (before != null) {
      return before.writes.equals(writes)
          ? "applied " + id + " " + sequence + " again: " + before.result
          : "refused SEQUENCE_REUSED " + sequence + " " + session.next;
    }
    if (sequence < session.next) {
      long kept = session.unanswered.isEmpty() ? session.next : session.unanswered.firstKey();
      return "refused STALE " + sequence + " " + kept;
    }
    if (sequence > session.next) {
      return "refused OUT_OF_ORDER " + sequence + " " + session.next;
    }
    if (session.unanswered.size() >= WINDOW) {
      return "refused WINDOW_EXCEEDED " + (session.unanswered.size() + 1) + " " + WINDOW;
    }
    String result = execute(index, writes);
    session.unanswered.put(sequence, new Done(writes, result));
    session.next++;
    return "applied " + id + " " + sequence + " now: " + result;
  }

  String fence(long index, String principal, long id, long sequence, long first) {
    Session session = sessions.get(id);
    if (session == null) {
      return "refused SESSION_EXPIRED 0 0";
    }
    if (!session.principal.equals(principal)) {
      return "refused DENIED 0 0";
    }
    session.heard = index;
    session.unanswered.headMap(first).clear();
    Done before = session.unanswered.get(sequence);
    if (before == null && sequence == session.next && session.unanswered.size() < 2 * WINDOW) {
      before = new Done(null, "");
      session.unanswered.put(sequence, before);
      session.next++;
    }
    if (before != null) {
      return before.writes == null
          ? "fenced " + id + " " + sequence
          : "applied " + id + " " + sequence + " again: " + before.result;
    }
    if (sequence < session.next) {
      long kept = session.unanswered.isEmpty() ? session.next : session.unanswered.firstKey();
      return "refused STALE " + sequence + " " + kept;
    }
    return sequence > session.next
        ? "refused OUT_OF_ORDER " + sequence + " " + session.next
        : "refused WINDOW_EXCEEDED " + (2 * WINDOW + 1) + " " + 2 * WINDOW;
  }

  String expire(long id, long heard) {
    Session session = sessions.get(id);
    boolean ends = session != null && session.heard <= heard;
    if (ends) {
      sessions.remove(id);
    }
    return "expired " + id + " " + ends;
  }

  /** Where a session was last heard of; 0 where there is no such session. */
  long heard(long id) {
    Session session = sessions.get(id);
    return session == null ? 0 : session.heard;
  }

  private String execute(long index, List<Write> writes) {
    List<Integer> lengths = new ArrayList<>();
    StringBuilder refusals = new StringBuilder();
    for (Write write : writes) {
      String old = values.getOrDefault(write.key, "");
      String value = write.append ? old + write.value : write.value;
      if (value.length() > MAX_VALUE) {
        refusals
            .append(" at ")
            .append(lengths.size())
            .append(" VALUE_TOO_LARGE ")
            .append(value.length())
            .append(" of ")
            .append(MAX_VALUE);
        lengths.add(old.length());
      } else {
        values.put(write.key, value);
        versions.put(write.key, index);
        lengths.add(value.length());
      }
    }
    return "version " + index + " lengths " + lengths + refusals;
  }

  /** The sequence number that is next; 1 where there is no such session. */
  long next(long id) {
    Session session = sessions.get(id);
    return session == null ? 1 : session.next;
  }

  int sessions() {
    return sessions.size();
  }

  /** The keys with their values and versions, in order. */
  List<String> entries() {
    List<String> entries = new ArrayList<>();
    values.forEach((key, value) -> entries.add(entry(key, value, versions.get(key))));
    return entries;
  }

  static String entry(String key, String value, @Nullable Long version) {
    return key + " = " + brief(value) + " of " + version;
  }

  /** Enough of a text to tell it from others. */
  private static String brief(String text) {
    return text.length() <= 1_000
        ? text
        : text.length() + " characters, hash " + text.hashCode() + ", " + text.substring(0, 10);
  }
}
