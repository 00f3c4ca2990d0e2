package io.ratiskv.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which server to try next, and after what pause. Goes where servers say the leader is; without a
 * word of theirs, to each server in turn. Guarded by the engine's lock.
 */
final class LeaderFinder {
  /** Endpoints that are remembered, those that the user named included. */
  private static final int MAX_KNOWN = 64;

  /** Redirects that are followed at once; after that two servers may be sending us to and fro. */
  private static final int PROMPT_REDIRECTS = 2;

  /**
   * The longest pause while some server answers: then an election is under way, which is over in
   * less than the longest pause for servers that nobody can reach.
   */
  private static final long MAX_ELECTION_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final List<Endpoint> known;
  private final Backoff backoff;
  private @Nullable Endpoint hint;
  private int position;
  private int redirects;

  /** How often {@link #next} was asked since a server last answered. */
  private int tries;

  LeaderFinder(List<Endpoint> endpoints, Tuning tuning) {
    known = new ArrayList<>(endpoints);
    backoff = new Backoff(tuning.minBackoffNanos(), tuning.maxBackoffNanos());
  }

  Endpoint next() {
    tries++;
    Endpoint next = hint;
    hint = null;
    if (next == null) {
      next = known.get(position);
      position = (position + 1) % known.size();
    }
    return next;
  }

  /** A server answered, whatever it knows. */
  void reached() {
    tries = 0;
  }

  /** The server failed, or knows of no leader. Returns the pause in nanoseconds. */
  long failed() {
    return tries > known.size() ? backoff.next() : backoff.next(MAX_ELECTION_PAUSE_NANOS);
  }

  /** A server said who leads. Returns the pause in nanoseconds. */
  long redirected(Endpoint leader) {
    hint = leader;
    if (!known.contains(leader) && known.size() < MAX_KNOWN) {
      known.add(leader);
    }
    redirects++;
    return redirects <= PROMPT_REDIRECTS ? 0 : failed();
  }

  /** A request was answered: this is the leader. */
  void found() {
    backoff.reset();
    redirects = 0;
  }
}
