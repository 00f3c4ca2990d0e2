package io.ratiskv.statemachine.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Notes, for a leader, when each session was last heard of; by a clock that may be fast, slow,
 * standing or leaping.
 */
final class SimWatch {
  private static final int MILLIS_PER_STEP = 50;
  private static final int[] RATES = {0, 1, 1, 2, 6, 20};

  private final SimRun run;
  private final SimReplica replica;
  private final int rate;

  /** Whether an open stream counts as a sign of life, as it should. */
  private final boolean seesStreams;

  private final Map<Long, Heard> heard = new HashMap<>();
  private long leaps;

  private record Heard(long lastIndex, long millis) {}

  /** Whether a client has a stream open. */
  interface Streams {
    boolean isOpen(long session);
  }

  SimWatch(SimRun run, SimReplica replica) {
    this.run = run;
    this.replica = replica;
    this.rate = RATES[run.below(RATES.length)];
    this.seesStreams = run.oneIn(2);
  }

  /** The sessions to end, each with the index at which it was last heard of. */
  List<Command.Expire> look(Streams streams) {
    leaps += run.oneIn(20) ? 3_600_000 : 0;
    long now = (long) run.step() * MILLIS_PER_STEP * rate + leaps;
    KvState state = replica.state();
    Map<Long, Long> sessions = state.sessionLastIndices();
    heard.keySet().retainAll(sessions.keySet());
    List<Command.Expire> expired = new ArrayList<>();
    sessions.forEach(
        (session, lastIndex) -> {
          Heard last = heard.get(session);
          if (last == null
              || last.lastIndex() < lastIndex
              || (seesStreams && streams.isOpen(session))) {
            heard.put(session, new Heard(lastIndex, now));
          } else if (now - last.millis() > state.parameters().sessionTtlMillis()) {
            expired.add(new Command.Expire("", session, last.lastIndex()));
          }
        });
    return expired;
  }
}
