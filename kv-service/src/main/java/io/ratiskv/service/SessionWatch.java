package io.ratiskv.service;

import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.ExpireSession;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.protocol.v1.ServerMessage;
import io.ratiskv.statemachine.core.KvState;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this server leads, notes when each session was last heard of, and proposes to end those
 * that were silent for longer than the parameters allow.
 *
 * <p>It only observes. The log decides, and the session table compares: a session of which anything
 * was applied after what was seen here stays. So a wrong clock, or a leader that was asleep, can
 * end a session early, which its client is told; it can't make a write take effect twice.
 *
 * <p>Called by one thread.
 */
final class SessionWatch {
  /** Most proposals at once; the others have their turn at the next look. */
  private static final int MAX_PROPOSALS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);

  private final Leadership leadership;
  private final Supplier<KvState> state;
  private final OpenSessions open;
  private final Committer committer;
  private final LongSupplier nanoTime;

  /** By session. Empty while another server leads: a new leader gives everyone the full time. */
  private final Map<Long, Heard> heard = new HashMap<>();

  /** What was seen of a session: at which log index, and when that was noticed. */
  private record Heard(long lastIndex, long nanos) {}

  SessionWatch(
      Leadership leadership,
      Supplier<KvState> state,
      OpenSessions open,
      Committer committer,
      LongSupplier nanoTime) {
    this.leadership = leadership;
    this.state = state;
    this.open = open;
    this.committer = committer;
    this.nanoTime = nanoTime;
  }

  void look() {
    if (!leadership.isHere()) {
      heard.clear();
      // Else a client that is idle would stay here, and the leader would hear nothing of it.
      open.dismiss(ServerMessage.newBuilder().setRefusal(Refusals.notLeader(leadership)).build());
      return;
    }
    KvState now = state.get();
    Map<Long, Long> sessions = now.sessionLastIndices();
    heard.keySet().retainAll(sessions.keySet());
    Set<Long> streaming = open.now(now::isAnothers);
    long time = nanoTime.getAsLong();
    long ttlNanos = now.parameters().sessionTtlMillis() * 1_000_000;
    int proposals = 0;
    for (Map.Entry<Long, Long> session : sessions.entrySet()) {
      Heard last = heard.get(session.getKey());
      if (last == null
          || last.lastIndex() < session.getValue()
          || streaming.contains(session.getKey())) {
        heard.put(session.getKey(), new Heard(session.getValue(), time));
      } else if (time - last.nanos() > ttlNanos && proposals < MAX_PROPOSALS) {
        propose(session.getKey(), last.lastIndex());
        proposals++;
      }
    }
  }

  private void propose(long session, long lastIndex) {
    Request.OwnWrite expire =
        Request.OwnWrite.of(
            Command.newBuilder()
                .setExpire(ExpireSession.newBuilder().setSession(session).setLastIndex(lastIndex)));
    Refusal.Builder refusal = committer.offer(expire);
    if (refusal != null) {
      LOG.debug("session {} stays for now: {}", session, refusal.getMessage());
    }
  }
}
