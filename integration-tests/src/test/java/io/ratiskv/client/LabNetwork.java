package io.ratiskv.client;

import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.ServerMessage;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A bad network between clients and servers, with the figures of the lab: each message takes 0 to
 * 26 ms, one in ten is lost, one in ten comes twice; and of one request in ten a copy is held back
 * for 0.2 to 2.2 s, and then arrives after all.
 *
 * <p>A lost request was never executed, a lost reply was. Streams stay as they are: the clients
 * must notice by themselves. Seeded; how threads interleave is not. Any number of clients may share
 * one network.
 */
public final class LabNetwork implements AutoCloseable {
  private static final int ONE_IN = 10;
  private static final int MAX_DELAY_MICROS = 26_000;
  private static final int MIN_HOLD_MICROS = 200_000;
  private static final int MAX_HOLD_MICROS = 2_200_000;

  /** Is told of all requests and answers, also of those that are then lost. */
  public interface Observer {
    /** Called by any thread, before the answer can come; is quick. */
    void sent(ClientMessage request);

    /** Called by any thread; is quick. */
    void answered(String endpoint, ServerMessage answer);
  }

  /** Guarded by itself. */
  private final Random random;

  private volatile boolean bad = true;
  private volatile boolean deaf;
  private volatile Observer observer = new Unobserved();

  /** All that is sent or received passes through this one thread, so streams need no locks. */
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread made = new Thread(task, "lab-network");
            made.setDaemon(true);
            return made;
          });

  private final AtomicLong lostRequests = new AtomicLong();
  private final AtomicLong lostReplies = new AtomicLong();
  private final AtomicLong unheardWrites = new AtomicLong();
  private final AtomicLong heardWrites = new AtomicLong();
  private final AtomicLong doubled = new AtomicLong();
  private final AtomicLong held = new AtomicLong();

  public LabNetwork(long seed) {
    random = new Random(seed);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Has a client that the builder makes use this network, and be quick to notice a loss. */
  public KvClientBuilder carry(KvClientBuilder builder) {
    return builder.transport(() -> new LabTransport(this)).tuning(LabTransport.QUICK);
  }

  /** Whether it is bad from now on, as it is at first; else it brings everything, and at once. */
  public void setBad(boolean nowBad) {
    bad = nowBad;
  }

  /** Whether all answers are lost from now on, however good it is otherwise. */
  public void setDeaf(boolean nowDeaf) {
    deaf = nowDeaf;
  }

  public void observe(Observer newObserver) {
    observer = newObserver;
  }

  void sent(ClientMessage request) {
    observer.sent(request);
  }

  void answered(Endpoint endpoint, ServerMessage answer) {
    if (answer.hasApplied() && !answer.getApplied().getDuplicate()) {
      (deaf ? unheardWrites : heardWrites).incrementAndGet();
    }
    observer.answered(endpoint.toString(), answer);
  }

  /** Messages that were lost, doubled or held back so far. */
  public long mishaps() {
    return lostRequests.get() + lostReplies.get() + doubled.get() + held.get();
  }

  /** Answers that were lost so far. */
  public long lostReplies() {
    return lostReplies.get();
  }

  /** Batches whose first answer came while the clients heard. */
  public long heardWrites() {
    return heardWrites.get();
  }

  /** Batches that took effect, and whose first answer was lost because all answers were. */
  public long unheardWrites() {
    return unheardWrites.get();
  }

  /** What has gone wrong so far, for a person. */
  public String describe() {
    return String.format(
        "%d requests lost, %d replies lost, %d messages doubled, %d held back",
        lostRequests.get(), lostReplies.get(), doubled.get(), held.get());
  }

  /** Whether each kind of mishap has happened. */
  public boolean wasBad() {
    return lostRequests.get() > 0 && lostReplies.get() > 0 && doubled.get() > 0 && held.get() > 0;
  }

  /** Runs {@code arrival} never, once or twice, soon. Returns whether it will be run. */
  boolean request(Runnable arrival) {
    return carry(arrival, lostRequests);
  }

  /** As {@link #request}. */
  boolean reply(Runnable arrival) {
    if (deaf) {
      lostReplies.incrementAndGet();
      return false;
    }
    return carry(arrival, lostReplies);
  }

  private boolean carry(Runnable arrival, AtomicLong lost) {
    if (hits()) {
      lost.incrementAndGet();
      return false;
    }
    after(bad ? dice(MAX_DELAY_MICROS) : 0, arrival);
    if (hits()) {
      doubled.incrementAndGet();
      after(dice(MAX_DELAY_MICROS), arrival);
    }
    return true;
  }

  /** Runs {@code arrival} much later, or more often not at all. */
  void holdBack(Runnable arrival) {
    if (hits()) {
      held.incrementAndGet();
      after(MIN_HOLD_MICROS + dice(MAX_HOLD_MICROS - MIN_HOLD_MICROS), arrival);
    }
  }

  void after(long micros, Runnable task) {
    try {
      var unused = thread.schedule(task, micros, TimeUnit.MICROSECONDS);
    } catch (RejectedExecutionException e) {
      // The test is over.
    }
  }

  private boolean hits() {
    return bad && dice(ONE_IN) == 0;
  }

  private int dice(int sides) {
    synchronized (random) {
      return random.nextInt(sides);
    }
  }

  private static final class Unobserved implements Observer {
    @Override
    public void sent(ClientMessage request) {}

    @Override
    public void answered(String endpoint, ServerMessage answer) {}
  }

  /** What is under way is lost. Close the clients before. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
