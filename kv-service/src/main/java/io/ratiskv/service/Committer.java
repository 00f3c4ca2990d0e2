package io.ratiskv.service;

import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Refusal;
import io.ratiskv.statemachine.EntryMessage;
import io.ratiskv.statemachine.Fatal;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.apache.ratis.protocol.RaftClientReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: gathers what waits, of all clients, into log entries.
 *
 * <p>An entry costs much the same whatever is in it, so there is one under way at a time, and the
 * next takes what has come meanwhile; more are under way only where much waits.
 *
 * <p>One thread at a time gathers and submits, so that entries go into the log in the order of the
 * requests: mostly whoever brings the request that was waited for, and else one of its own.
 *
 * <p>Reads ride on an entry that is submitted after they came: that it is committed proves that
 * nobody else led between the read's coming and its answer. Where reads wait alone, that is proven
 * without an entry ({@link ReadProver}); if it can't be, they ride on an empty one, a barrier, of
 * which one is under way at a time.
 *
 * <p>{@link #lock} is the innermost: whoever holds it calls nobody who takes another. It is taken
 * by those who hold, in this order, the state machine's ({@link Replica#readAt}, or an apply) and a
 * {@link Gathering}'s, and by those who hold a {@link PeerStream}'s; so nobody who holds it may
 * answer, refuse, submit or prove.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  /** So many bytes go into a second entry while one is under way, though more are to come. */
  private static final long MUCH_BYTES = 256 << 10;

  /** As good as for ever, and no end of the clock's numbers is near. */
  private static final long LONG_NANOS = TimeUnit.HOURS.toNanos(1);

  private final ServiceLimits limits;
  private final Pending pending;
  private final Leadership leadership;
  private final Replica replica;
  private final EntrySubmitter submitter;
  private final ReadProver prover;
  private final LongSupplier clock;
  private final Thread thread = new Thread(this::run, "kv-committer");

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** This and the fields below are guarded by {@link #lock}. */
  private final RequestQueue waiting = new RequestQueue();

  private final Company company = new Company();
  private final ReadRounds rounds = new ReadRounds();
  private int entriesInFlight;

  /** When the last entry was, by the clock. */
  private long submittedNanos;

  private boolean barrierInFlight;

  /** Some thread has gathered an entry, and is about to submit it: the next one waits for that. */
  private boolean submitting;

  /** What befell a thread that gathered or submitted: nothing can be submitted any more. */
  private @Nullable Throwable broken;

  private boolean closing;

  /** Until when the thread waits, by the clock; it may be awake, and about to look. */
  private long wakesNanos;

  /** Hands an entry to Raft. */
  interface EntrySubmitter {
    /** Called by one thread at a time; returns once the entry has its place in the log, or none. */
    CompletableFuture<RaftClientReply> submit(EntryMessage entry) throws IOException;
  }

  Committer(
      ServiceLimits limits,
      Leadership leadership,
      Replica replica,
      EntrySubmitter submitter,
      ReadProver prover) {
    this(limits, leadership, replica, submitter, prover, System::nanoTime);
  }

  /**
   * As above, for tests.
   *
   * @param clock in nanoseconds
   */
  Committer(
      ServiceLimits limits,
      Leadership leadership,
      Replica replica,
      EntrySubmitter submitter,
      ReadProver prover,
      LongSupplier clock) {
    this.clock = clock;
    this.limits = limits;
    this.pending = new Pending(limits);
    this.leadership = leadership;
    this.replica = replica;
    this.submitter = submitter;
    this.prover = prover;
    thread.setDaemon(true);
  }

  /**
   * Begins.
   *
   * @param fatal told if the thread dies: nothing would be answered after that
   */
  void start(Fatal fatal) {
    thread.setUncaughtExceptionHandler(
        (dead, failure) ->
            fatal.halt(
                Fatal.Reason.SERVICE_FAILED,
                "requests can't be taken to Raft: " + failure,
                failure));
    thread.start();
  }

  /** Takes a request in, to be answered on its stream; or says why not. Never waits. */
  Refusal.@Nullable Builder offer(Request request) {
    return offer(request, now -> false);
  }

  /**
   * As above, by a thread that may wait for Raft's lock, and so holds no other: if the request is
   * the one that the next entry waited for, this thread submits it. That saves a change of thread.
   */
  Refusal.@Nullable Builder offerAndSubmit(Request request) {
    try {
      return offer(request, this::isSubmissionDue);
    } catch (RuntimeException | Error e) {
      breakDown(e);
      throw e;
    }
  }

  /** What would end the committer's own thread ends it wherever it happens. */
  private void breakDown(Throwable cause) {
    lock.lock();
    try {
      broken = cause;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * @param submits whether the calling thread submits, at a moment by the clock
   */
  private Refusal.@Nullable Builder offer(Request request, LongPredicate submits) {
    Refusal.Builder refusal = pending.take(request);
    if (refusal != null) {
      return refusal;
    }
    Gathering gathering = null;
    lock.lock();
    try {
      if (closing) {
        pending.release(request);
        return stopping();
      }
      waiting.add(request);
      company.came();
      long now = clock.getAsLong();
      if (submits.test(now)) {
        gathering = gather(now);
      } else {
        wake(now);
      }
    } finally {
      lock.unlock();
    }
    if (gathering != null) {
      submit(gathering);
    }
    return null;
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
      for (Runnable step = next(); step != null; step = next()) {
        step.run();
      }
    } catch (InterruptedException e) {
      LOG.debug("interrupted", e);
    }
  }

  /** Waits until there is something to do, without the lock; null at the end. */
  private @Nullable Runnable next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        long now = clock.getAsLong();
        rounds.look(now);
        if (broken != null) {
          throw new IllegalStateException(broken);
        }
        if (isSubmissionDue(now)) {
          Gathering gathering = gather(now);
          return () -> submit(gathering);
        }
        if (isRoundDue(now)) {
          long round = rounds.begin(Math.min(waiting.size(), RequestQueue.MAX_ENTRY_REQUESTS), now);
          return () -> prove(round);
        }
        if (closing && waiting.isEmpty() && !submitting) {
          return null;
        }
        long wait = waitNanos(now);
        wakesNanos = now + wait;
        changed.awaitNanos(wait);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Wakes the thread if there is something to do before it wakes by itself. To be woken costs more
   * than most of what it does.
   */
  private void wake(long now) {
    if (now + waitNanos(now) - wakesNanos < 0) {
      changed.signal();
    }
  }

  private boolean isSubmissionDue(long now) {
    return !submitting && isWanted(now) && company.waitNanos(now) <= 0;
  }

  /** How long nothing is to be done, if nothing comes, or whoever submits has done so. */
  private long waitNanos(long now) {
    if (submitting) {
      return LONG_NANOS;
    }
    if (isWanted(now)) {
      return company.waitNanos(now);
    }
    if (isRoundDue(now)) {
      return 0;
    }
    return rounds.isUnderWay() ? rounds.waitNanos(now) : LONG_NANOS;
  }

  private void wakeOrEnd(long now) {
    if (closing) {
      changed.signal();
    } else {
      wake(now);
    }
  }

  /** Whether an entry is to be submitted. */
  private boolean isWanted(long now) {
    boolean barrier = !waiting.isEmpty() && !barrierInFlight && rounds.needEntry(now);
    return (waiting.hasWrites() || barrier)
        && (entriesInFlight == 0
            || (entriesInFlight < limits.entriesInFlight() && waiting.bytes() >= MUCH_BYTES));
  }

  /** Whether a proof is to begin. Reads see what their client wrote before: not beside an entry. */
  private boolean isRoundDue(long now) {
    return !waiting.isEmpty()
        && !waiting.hasWrites()
        && entriesInFlight == 0
        && rounds.mayBegin(now);
  }

  private Gathering gather(long now) {
    Gathering gathering =
        new Gathering(replica.state().digest(), pending::release, this::freePlace);
    waiting.fill(gathering);
    rounds.overtaken();
    company.submitted();
    submittedNanos = now;
    submitting = true;
    entriesInFlight++;
    barrierInFlight |= gathering.isBarrier();
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
    lock.lock();
    try {
      submitting = false;
      wakeOrEnd(clock.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** Ratis is done with an entry: it was applied, or won't be by this server as a leader. */
  private void end(
      Gathering gathering,
      EntryMessage message,
      @Nullable RaftClientReply reply,
      @Nullable Throwable failure) {
    Throwable cause = reply != null && !reply.isSuccess() ? reply.getException() : failure;
    if (cause != null) {
      gathering.refuse(Refusals.ofRaft(cause, leadership).setUnknown(message.mayBeLogged()));
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
      wakeOrEnd(now);
    } finally {
      lock.unlock();
    }
  }

  private void prove(long round) {
    try {
      prover.prove(index -> end(round, index));
    } catch (RuntimeException e) {
      LOG.warn("the others can't be asked who leads", e);
      end(round, ReadProver.NOT_PROVEN);
    }
  }

  /** A proof has come out. */
  private void end(long round, long index) {
    boolean answered =
        index != ReadProver.NOT_PROVEN && replica.readAt(index, state -> answer(round, state));
    if (!answered) {
      lock.lock();
      try {
        if (rounds.failed(round)) {
          changed.signal();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /** No entry is applied meanwhile, also none with what their clients wrote after these reads. */
  private void answer(long round, KvState state) {
    for (Request.Reading reading : proven(round)) {
      pending.release(reading);
      reading.answered(state);
    }
  }

  private List<Request.Reading> proven(long round) {
    lock.lock();
    try {
      List<Request.Reading> reads = waiting.reads(rounds.proven(round));
      if (closing || !waiting.isEmpty()) {
        changed.signal();
      }
      return reads;
    } finally {
      lock.unlock();
    }
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
      waiting.drainTo(rest);
      rounds.overtaken();
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
