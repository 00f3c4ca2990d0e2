package io.ratiskv.it;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.jspecify.annotations.Nullable;

/**
 * The network between the servers of this JVM: the one place where their messages are held back or
 * lost. There is one in a JVM, since Ratis's injection points are static: {@link #heal} before the
 * next test.
 *
 * <p>A message of Ratis on a link that is cut waits until the link is whole again, and then
 * arrives, late; one of our services is lost ({@link #isWhole}). Clients' connections are not
 * touched: a client still reaches a server that is cut off.
 */
final class Links {
  private static final String REQUEST_VOTE = "RaftServerImpl.requestVote";
  private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";
  private static final String INSTALL_SNAPSHOT = "RaftServerImpl.installSnapshot";
  private static final String START_ELECTION = "RaftServerImpl.startLeaderElection";

  /** A follower passes it with each message that it has taken into its log, before it answers. */
  private static final String LOG_SYNC = "RaftServerImpl.appendEntries.logComplete";

  private record Link(String from, String to) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** These are guarded by {@link #lock}. */
  private final Set<Link> cut = new HashSet<>();

  private final Map<String, Long> slowLogNanos = new HashMap<>();
  private final Map<String, Integer> installs = new HashMap<>();
  private final Map<String, Long> sentSnapshots = new HashMap<>();
  private long held;
  private @Nullable String onlyCandidate;
  private boolean servicesPass;

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
          count(to, (InstallSnapshotRequestProto) args[0]);
          return waited;
        });
    CodeInjectionForTesting.put(LOG_SYNC, (id, none, args) -> syncLog(id));
  }

  void uninstall() {
    heal();
    CodeInjectionForTesting.remove(LOG_SYNC);
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

  /** Has a server, as long as it follows, take so much longer over each write to its log. */
  void slowLog(String id, Duration delay) {
    lock.lock();
    try {
      slowLogNanos.put(id, delay.toNanos());
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
      slowLogNanos.clear();
      onlyCandidate = null;
      servicesPass = false;
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

  /** The index of the snapshot whose last chunk a server was last sent; -1: none. */
  long sentSnapshot(String id) {
    lock.lock();
    try {
      return sentSnapshots.getOrDefault(id, -1L);
    } finally {
      lock.unlock();
    }
  }

  /** Lets the messages of our services pass where Ratis's don't. */
  void letServicesPass() {
    lock.lock();
    try {
      servicesPass = true;
    } finally {
      lock.unlock();
    }
  }

  /** Whether messages from one service to another arrive. */
  boolean isWhole(String from, String to) {
    lock.lock();
    try {
      return servicesPass || !cut.contains(new Link(from, to));
    } finally {
      lock.unlock();
    }
  }

  /** Messages that had to wait, all in all. */
  long held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  private boolean syncLog(Object id) {
    lock.lock();
    try {
      long nanos = slowLogNanos.getOrDefault(id.toString(), 0L);
      held += nanos > 0 ? 1 : 0;
      boolean waited = false;
      while (nanos > 0 && slowLogNanos.containsKey(id.toString())) {
        waited = true;
        nanos = changed.awaitNanos(nanos);
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

  private void count(Object to, InstallSnapshotRequestProto request) {
    lock.lock();
    try {
      installs.merge(to.toString(), 1, Integer::sum);
      if (request.getSnapshotChunk().getDone()) {
        sentSnapshots.put(to.toString(), request.getSnapshotChunk().getTermIndex().getIndex());
      }
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
      held += cut.contains(link) ? 1 : 0;
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
