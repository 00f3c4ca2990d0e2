package io.ratiskv.service;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Leader;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.statemachine.EntryMessage;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ResourceUnavailableException;
import org.apache.ratis.protocol.exceptions.ServerNotReadyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: gathers what waits, of all clients, into log entries.
 *
 * <p>One thread gathers and submits, so that entries go into the log in the order of the requests.
 * An entry costs much the same whatever is in it, so there is one under way at a time, and the next
 * takes what has come meanwhile; more are under way only where much waits. Reads ride on an entry
 * that is submitted after they came; where no write waits, on an empty one, a barrier, of which one
 * is under way at a time. That the entry is committed proves that nobody else led between the
 * read's coming and its answer.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  /** Room for what an entry holds beside its commands. */
  private static final int ENTRY_MARGIN_BYTES = 4096;

  /** Encoding of a command in an entry, at most. */
  private static final int COMMAND_MARGIN_BYTES = 8;

  private static final int MAX_ENTRY_REQUESTS = 4096;

  /** So many bytes go into a second entry while one is under way, though more are to come. */
  private static final long MUCH_BYTES = 256 << 10;

  private final ServiceLimits limits;
  private final Pending pending;
  private final Leadership leadership;
  private final Supplier<KvState> state;
  private final EntrySubmitter submitter;
  private final LongSupplier clock;
  private final Thread thread = new Thread(this::run, "kv-committer");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** In the order of their coming. This and the fields below are guarded by {@link #lock}. */
  private final Queue<Request> waiting = new ArrayDeque<>();

  private final Company company = new Company();
  private int writesWaiting;
  private long bytesWaiting;
  private int entriesInFlight;

  /** When the last entry was, by the clock. */
  private long submittedNanos;

  private boolean barrierInFlight;
  private boolean closing;

  /** Hands an entry to Raft. */
  interface EntrySubmitter {
    /**
     * Called by the committer's thread alone; returns once the entry has its place in the log, or
     * has none.
     */
    CompletableFuture<RaftClientReply> submit(EntryMessage entry) throws IOException;
  }

  Committer(
      ServiceLimits limits,
      Leadership leadership,
      Supplier<KvState> state,
      EntrySubmitter submitter) {
    this(limits, leadership, state, submitter, System::nanoTime);
  }

  /**
   * As above, for tests.
   *
   * @param clock in nanoseconds
   */
  Committer(
      ServiceLimits limits,
      Leadership leadership,
      Supplier<KvState> state,
      EntrySubmitter submitter,
      LongSupplier clock) {
    this.clock = clock;
    this.limits = limits;
    this.pending = new Pending(limits);
    this.leadership = leadership;
    this.state = state;
    this.submitter = submitter;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Takes a request in, to be answered on its stream; or says why not. Never waits. */
  Refusal.@Nullable Builder offer(Request request) {
    Refusal.Builder refusal = pending.take(request);
    if (refusal != null) {
      return refusal;
    }
    lock.lock();
    try {
      if (closing) {
        pending.release(request);
        return stopping();
      }
      waiting.add(request);
      bytesWaiting += request.bytes();
      if (request instanceof Request.Write) {
        writesWaiting++;
      }
      company.came();
      if (isWanted()) {
        changed.signal();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** How full it is; any thread may ask. */
  Load load() {
    lock.lock();
    try {
      return new Load(pending.requests(), pending.bytes(), waiting.size(), entriesInFlight);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What is under way.
   *
   * @param requests taken in and not answered
   * @param bytes of these
   * @param waiting those of them that no entry has taken yet
   * @param entries submitted and not applied
   */
  record Load(long requests, long bytes, int waiting, int entries) {}

  private void run() {
    try {
      for (Gathering gathering = gather(); gathering != null; gathering = gather()) {
        submit(gathering);
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted", e);
    }
  }

  /** Waits until there is something to submit; null at the end. */
  private @Nullable Gathering gather() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!isReady()) {
        if (closing && waiting.isEmpty()) {
          return null;
        }
        if (isWanted()) {
          changed.awaitNanos(company.waitNanos(clock.getAsLong()));
        } else {
          changed.await();
        }
      }
      Gathering gathering = fill();
      company.submitted();
      submittedNanos = clock.getAsLong();
      entriesInFlight++;
      barrierInFlight |= gathering.isBarrier();
      return gathering;
    } finally {
      lock.unlock();
    }
  }

  private boolean isReady() {
    return isWanted() && company.waitNanos(clock.getAsLong()) <= 0;
  }

  private boolean isWanted() {
    return (writesWaiting > 0 || (!waiting.isEmpty() && !barrierInFlight))
        && (entriesInFlight == 0
            || (entriesInFlight < limits.entriesInFlight() && bytesWaiting >= MUCH_BYTES));
  }

  private Gathering fill() {
    Gathering gathering = new Gathering(state.get().digest(), pending::release, this::freePlace);
    int room = Limits.MAX_ENTRY_BYTES - ENTRY_MARGIN_BYTES;
    for (Request next = waiting.peek();
        next != null && gathering.size() < MAX_ENTRY_REQUESTS;
        next = waiting.peek()) {
      if (next instanceof Request.Write) {
        room -= next.bytes() + COMMAND_MARGIN_BYTES;
        if (room < 0) {
          break;
        }
        writesWaiting--;
      }
      bytesWaiting -= next.bytes();
      gathering.add(waiting.remove());
    }
    return gathering;
  }

  private void submit(Gathering gathering) {
    EntryMessage message = new EntryMessage(gathering.entry(), gathering);
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = submitter.submit(message);
    } catch (IOException | RuntimeException e) {
      reply = CompletableFuture.failedFuture(e);
    }
    var unused = reply.whenComplete((done, failure) -> end(gathering, message, done, failure));
  }

  /** Ratis is done with an entry: it was applied, or won't be by this server as a leader. */
  private void end(
      Gathering gathering,
      EntryMessage message,
      @Nullable RaftClientReply reply,
      @Nullable Throwable failure) {
    Throwable cause = reply != null && !reply.isSuccess() ? reply.getException() : failure;
    if (cause != null) {
      gathering.refuse(refusal(cause).setUnknown(message.mayBeLogged()));
    } else {
      gathering.refuse(Refusals.of(Code.MALFORMED, "the entry could not be read"));
    }
  }

  /**
   * All of an entry's requests are answered: its place under way is free. That is not left to
   * Ratis's answer, which 3.3.0 forgets where an office is lost while the entry is being applied
   * ({@code PendingRequests.RequestMap.remove} fails on the limits that were closed meanwhile).
   */
  private void freePlace(Gathering done) {
    lock.lock();
    try {
      entriesInFlight--;
      long now = clock.getAsLong();
      company.answered(done.size(), now - submittedNanos, now);
      if (done.isBarrier()) {
        barrierInFlight = false;
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private Refusal.Builder refusal(Throwable cause) {
    if (cause instanceof LeaderNotReadyException) {
      return Refusals.of(Code.UNAVAILABLE, "the leader is not ready yet");
    }
    if (cause instanceof LeaderSteppingDownException) {
      return Refusals.of(Code.UNAVAILABLE, "the leader is handing its office on");
    }
    if (cause instanceof ServerNotReadyException) {
      return Refusals.of(Code.UNAVAILABLE, "the server is starting or stopping");
    }
    if (cause instanceof NotLeaderException || !leadership.isHere()) {
      return notLeader();
    }
    if (cause instanceof ResourceUnavailableException) {
      return Refusals.of(Code.OVERLOADED, "Raft has too much pending");
    }
    LOG.warn("an entry was refused", cause);
    return Refusals.of(Code.UNAVAILABLE, "Raft refused the entry");
  }

  /** Says who leads. */
  Refusal.Builder notLeader() {
    Leader leader = leadership.leader();
    Refusal.Builder refusal =
        Refusals.of(
            Code.NOT_LEADER,
            leader == null ? "there is no leader at the moment" : leader.getServer() + " leads");
    return leader == null ? refusal : refusal.setLeader(leader);
  }

  private static Refusal.Builder stopping() {
    return Refusals.of(Code.UNAVAILABLE, "the server is stopping");
  }

  /** Takes in nothing more, and waits a while for what is under way; what waits then is refused. */
  void close(Duration patience) throws InterruptedException {
    lock.lock();
    try {
      closing = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    thread.join(Math.max(1, patience.toMillis()));
    thread.interrupt();
    refuseWaiting();
    awaitInFlight(patience);
  }

  private void refuseWaiting() {
    Gathering rest = new Gathering(new KvState.Stamp(0, 0), pending::release, done -> {});
    lock.lock();
    try {
      waiting.forEach(rest::add);
      waiting.clear();
    } finally {
      lock.unlock();
    }
    // Whoever is told may do what he likes, also ask here.
    rest.refuse(stopping());
  }

  private void awaitInFlight(Duration patience) throws InterruptedException {
    long nanos = patience.toNanos();
    lock.lock();
    try {
      while (entriesInFlight > 0 && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } finally {
      lock.unlock();
    }
  }
}
