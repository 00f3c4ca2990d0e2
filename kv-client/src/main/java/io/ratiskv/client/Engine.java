package io.ratiskv.client;

import io.ratiskv.protocol.v1.ServerMessage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * What all views of one client share. Everything happens in steps: a caller's thread brings a call,
 * a thread of the transport a message, the ticker the passing of time. Each step changes the state
 * under the one lock and then, off it, sends and completes what the state now says. No step blocks.
 */
final class Engine implements Connection.Owner, Ticker.Task {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long SLEEP_NANOS = TimeUnit.HOURS.toNanos(1);
  private static final long CLOSE_SESSION_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Outbox outbox = new Outbox();
  private final Ticker ticker = new Ticker(this);
  private final Transport transport;
  private final Tuning tuning;
  private final Budget budget;

  /** Of its own: what is unknown must be resolvable though it has used up the other. */
  private final Budget resolveBudget;

  private final Completions completions;
  private final Work work;
  private final Link link;
  private final Inbox inbox;

  /** No more calls. Guarded by the lock, as all below. */
  private boolean closing;

  private boolean closed;
  private long activeNanos = System.nanoTime();

  Engine(ClientSettings settings, Transport transport) {
    this.transport = transport;
    this.tuning = settings.tuning();
    this.budget = new Budget(settings.maxPendingOperations(), settings.maxPendingBytes());
    this.resolveBudget = new Budget(settings.maxPendingOperations(), Long.MAX_VALUE);
    this.completions =
        new Completions(settings.callbackExecutor(), settings.listener(), this::sendGathered);
    this.work = new Work(completions, tuning);
    this.link = new Link(settings, transport, outbox, this, work::disconnected);
    this.inbox = new Inbox(link, work);
  }

  void start() {
    ticker.start();
  }

  /**
   * Takes a call on; it is settled by its deadline, at once after a close. Where nothing is in
   * flight the calling thread itself sends it. What a callback calls waits for the end of the
   * callbacks that are completed with it: answers come together, and so do the calls that they
   * bring about.
   *
   * @throws OverloadedException where the budget is spent
   */
  void submit(PendingCall<?> call) {
    call.reserve(call.budgetOf(budget, resolveBudget), this);
    boolean waits = completions.isDelivering() && !call.isDirect();
    step(
        now -> {
          completions.accepted();
          if (closing) {
            completions.fail(call, Engine::closed, call.outcomeUnsent());
          } else {
            work.add(call);
          }
        },
        () -> {},
        () -> !waits || work.hasMuch());
  }

  /** What callbacks have called is sent. */
  private void sendGathered() {
    step(now -> {});
  }

  /** A thread is about to wait for an answer: should it be one that runs callbacks, it is sent. */
  void awaited() {
    if (completions.isDelivering()) {
      sendGathered();
    }
  }

  /** Fails the call, unless it is settled: whoever waits for it has gone. */
  void abandon(PendingCall<?> call, Failure failure) {
    step(now -> work.fail(call, failure));
  }

  /**
   * Lets the call go, whose caller has cancelled it; the caller's own thread completes the future.
   * Returns false where the call is settled already.
   */
  boolean withdraw(PendingCall<?> call) {
    boolean[] withdrawn = new boolean[1];
    step(
        now -> {
          if (!call.isSettled()) {
            withdrawn[0] = true;
            call.setWithdrawn();
            work.fail(call, Engine::closed);
          }
        });
    return withdrawn[0];
  }

  @Override
  public void received(Connection from, ServerMessage message, Runnable consumed) {
    step(
        now -> {
          if (from == link.connection()) {
            inbox.handle(from, message, now);
          }
        },
        consumed);
  }

  @Override
  public void closed(Connection which, Transport.Failure why) {
    step(
        now -> {
          if (which != link.connection()) {
            return;
          }
          String text = which.endpoint() + ": " + why.message();
          link.lost(text, why.cause(), now);
          if (why.denied()) {
            work.failAll((call, outcome) -> new AccessDeniedException(text, outcome, why.cause()));
          }
        });
  }

  @Override
  public void tick() {
    completions.rescue();
    step(
        now -> {
          work.expire(late(), now);
          link.check(tuning, work.oldestSentOr(now), now);
        });
  }

  private void step(LongConsumer change) {
    step(change, () -> {});
  }

  private void step(LongConsumer change, Runnable consumed) {
    step(change, consumed, () -> true);
  }

  /**
   * @param sends whether what waits is sent; asked under the lock, after the change
   */
  private void step(LongConsumer change, Runnable consumed, BooleanSupplier sends) {
    List<PendingCall<?>> settled;
    lock.lock();
    try {
      long now = System.nanoTime();
      change.accept(now);
      if (!closed) {
        if (sends.getAsBoolean()) {
          pump(now);
        }
        ticker.planBy(nextTick(now));
      }
      if (closing) {
        changed.signalAll();
      }
      settled = completions.take();
    } finally {
      lock.unlock();
    }
    outbox.drain();
    completions.deliver(settled, consumed);
  }

  private void pump(long now) {
    Connection connection = link.connection();
    if (connection == null) {
      if (work.needsConnection()) {
        link.connectIfDue(now);
      }
      return;
    }
    if (connection.isReady()) {
      work.pump(connection, now);
      link.expect(work.awaitsAnswer(), now);
    }
  }

  /** While calls come and go there is a tick every sweep; a client that is idle sleeps. */
  private long nextTick(long now) {
    boolean waits = completions.pending() || work.awaitsAnswer();
    Connection connection = link.connection();
    if (waits || (connection != null && !connection.isReady())) {
      activeNanos = now;
    }
    long next = now + (now - activeNanos < IDLE_NANOS ? tuning.sweepNanos() : SLEEP_NANOS);
    if (work.needsConnection()) {
      next = link.connectAtOr(next);
    }
    return work.holdEndOr(next);
  }

  private Failure late() {
    String trouble = link.trouble();
    Throwable cause = link.cause();
    return (call, outcome) ->
        new DeadlineExceededException(
            call.name() + ": no answer within " + call.timeout() + "; last: " + trouble,
            outcome,
            cause);
  }

  /**
   * Refuses new calls, waits for those that were made, and ends the session, unless some outcome in
   * it is unknown; what is not settled by then fails. When it returns every future is completed.
   */
  void close(long timeoutNanos) {
    long end = System.nanoTime() + timeoutNanos;
    step(now -> closing = true);
    boolean interrupted = false;
    try {
      if (await(() -> completions.unsettled() == 0, end) && closeSession()) {
        await(inbox::isSessionClosed, Math.min(end, System.nanoTime() + CLOSE_SESSION_NANOS));
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    step(
        now -> {
          closed = true;
          work.failAll(Engine::closed);
          link.close();
        });
    ticker.stop();
    transport.close();
    completions.finish();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static KvException closed(PendingCall<?> call, Outcome outcome) {
    return new ClientClosedException(call.name() + ": the client is closed", outcome, null);
  }

  /** Whether there is an answer to wait for. */
  private boolean closeSession() {
    boolean[] sent = new boolean[1];
    step(
        now -> {
          Connection connection = link.connection();
          if (connection != null && connection.isReady() && work.writes().canClose()) {
            work.writes().close(connection);
            sent[0] = true;
          }
        });
    return sent[0];
  }

  private boolean await(BooleanSupplier condition, long end) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!closed && !condition.getAsBoolean()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }
}
