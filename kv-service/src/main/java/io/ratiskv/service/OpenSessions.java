package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which sessions have a stream open here: an open stream counts as being heard of. Any thread may
 * call.
 */
final class OpenSessions {
  /** By stream; a stream has one session at a time. */
  private final ConcurrentMap<ClientStream, Long> sessions = new ConcurrentHashMap<>();

  /** A stream speaks for a session. */
  void used(ClientStream stream, long session) {
    Long before = sessions.get(stream);
    if (before == null || before != session) {
      sessions.put(stream, session);
    }
  }

  void ended(ClientStream stream) {
    sessions.remove(stream);
  }

  /** Forgets all, after telling each stream. */
  void dismiss(ServerMessage message) {
    for (ClientStream stream : Set.copyOf(sessions.keySet())) {
      sessions.remove(stream);
      stream.tell(message);
    }
  }

  /** Streams that speak for a session. */
  int count() {
    return sessions.size();
  }

  Set<Long> now() {
    return Set.copyOf(sessions.values());
  }
}
