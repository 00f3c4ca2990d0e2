package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerMessage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Which sessions have a stream open here: an open stream counts as being heard of. Any thread may
 * call.
 */
final class OpenSessions {
  /** By stream; a stream has one session at a time. */
  private final ConcurrentMap<ClientStream, Use> sessions = new ConcurrentHashMap<>();

  /** A session that a stream speaks for, and whose stream it is. */
  record Use(long session, String principal) {}

  /** A stream speaks for a session, or says so. */
  void used(ClientStream stream, long session, String principal) {
    Use before = sessions.get(stream);
    if (before == null || before.session() != session) {
      sessions.put(stream, new Use(session, principal));
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

  /** Those that are spoken for by their owners: nobody keeps another's session alive. */
  Set<Long> now(Access.Sessions owners) {
    return sessions.values().stream()
        .filter(use -> !owners.isAnothers(use.session(), use.principal()))
        .map(Use::session)
        .collect(Collectors.toSet());
  }
}
