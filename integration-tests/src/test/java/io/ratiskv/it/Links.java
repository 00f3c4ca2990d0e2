package io.ratiskv.it;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * The network between the Ratis servers of this JVM: the one place where their messages are held
 * back or lost. There is one in a JVM, since Ratis's injection points are static: {@link #heal}
 * before the next test.
 *
 * <p>A message on a link that is cut waits until the link is whole again, and then arrives, late.
 * Clients' connections are not touched: a client still reaches a server that is cut off.
 */
final class Links {
  private static final String REQUEST_VOTE = "RaftServerImpl.requestVote";
  private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";
  private static final String INSTALL_SNAPSHOT = "RaftServerImpl.installSnapshot";
  private static final String START_ELECTION = "RaftServerImpl.startLeaderElection";

  private record Link(String from, String to) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** These are guarded by {@link #lock}. */
  private final Set<Link> cut = new HashSet<>();

  private final Map<String, Integer> installs = new HashMap<>();
  private @Nullable String onlyCandidate;

  /** Takes over the injection points, from whoever had them. */
  void install() {
    CodeInjectionForTesting.put(APPEND_ENTRIES, this::carry);
    CodeInjectionForTesting.put(START_ELECTION, this::carry);
    CodeInjectionForTesting.put(
        REQUEST_VOTE,
        (to, from, args) -> {
          refuseOtherCandidates(from);
          return carry(to, from);
        });
    CodeInjectionForTesting.put(
        INSTALL_SNAPSHOT,
        (to, from, args) -> {
          boolean waited = carry(to, from);
          count(to);
          return waited;
        });
  }

  void uninstall() {
    heal();
    CodeInjectionForTesting.remove(APPEND_ENTRIES);
    CodeInjectionForTesting.remove(START_ELECTION);
    CodeInjectionForTesting.remove(REQUEST_VOTE);
    CodeInjectionForTesting.remove(INSTALL_SNAPSHOT);
  }

  /** Cuts the links of one server to all others, both ways. */
  void isolate(String id, Iterable<String> others) {
    lock.lock();
    try {
      for (String other : others) {
        cut.add(new Link(id, other));
        cut.add(new Link(other, id));
      }
    } finally {
      lock.unlock();
    }
  }

  /** Cuts the links from one server to all others; it still hears them. */
  void silence(String id, Iterable<String> others) {
    lock.lock();
    try {
      others.forEach(other -> cut.add(new Link(id, other)));
    } finally {
      lock.unlock();
    }
  }

  /** Loses all requests for votes but this server's. */
  void onlyCandidate(String id) {
    lock.lock();
    try {
      onlyCandidate = id;
    } finally {
      lock.unlock();
    }
  }

  /** Makes all links whole; what was held back arrives. */
  void heal() {
    lock.lock();
    try {
      cut.clear();
      onlyCandidate = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Chunks of snapshots that a server was sent. */
  int installs(String id) {
    lock.lock();
    try {
      return installs.getOrDefault(id, 0);
    } finally {
      lock.unlock();
    }
  }

  private void count(Object to) {
    lock.lock();
    try {
      installs.merge(to.toString(), 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  private void refuseOtherCandidates(Object from) {
    lock.lock();
    try {
      if (onlyCandidate != null && !onlyCandidate.equals(from.toString())) {
        throw new IllegalStateException("the test lost the request for a vote of " + from);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean carry(Object to, Object from, Object... args) {
    Link link = new Link(from.toString(), to.toString());
    lock.lock();
    try {
      boolean waited = false;
      while (cut.contains(link)) {
        waited = true;
        changed.await();
      }
      return waited;
    } catch (InterruptedException e) {
      // The server is being closed.
      Thread.currentThread().interrupt();
      return true;
    } finally {
      lock.unlock();
    }
  }
}
