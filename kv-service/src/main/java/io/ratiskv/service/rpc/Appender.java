package io.ratiskv.service.rpc;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.util.AwaitForSignal;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a leader's log to one follower.
 *
 * <p>Whoever has put entries into the log writes them to the follower's connection itself, while
 * the follower keeps up and they are short. Another thread reads the answers ({@link Exchange}). A
 * third, Ratis's for this object, does the rest: it is woken only when there is something to send,
 * entries of which there are many, a heartbeat that is due or was asked for, or a connection to
 * make. So an entry mostly costs one change of thread, on the way of its answer.
 *
 * <p>Answers may come in any order: a heartbeat is answered while entries wait for a disk, so that
 * a slow disk is no lost leader.
 *
 * <p>What may be waited for without a signal, such as a commit that the follower hasn't heard of,
 * goes with the next entries or the next heartbeat.
 */
final class Appender extends LogAppenderBase {
  private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

  /**
   * A follower that is there answers a heartbeat several times in this; without an answer its
   * connection is taken for dead.
   */
  private static final Duration SILENCE = Duration.ofSeconds(3);

  /** Less than a connection takes at once that has nothing under way: see {@link Dialer}. */
  private static final int SHORT_BYTES = 64 << 10;

  /** In a row; more are no bad luck. */
  private static final int MAX_FAILURES = 20;

  private final Dialer dialer;
  private final AwaitForSignal signal;
  private final Backoff backoff = new Backoff(System::nanoTime);
  private final Exchange exchange;

  /** Held by whoever makes a request and writes it: they go out in their order. */
  private final ReentrantLock sending = new ReentrantLock();

  /** Of the sending thread, in a row; its own. */
  private int failures;

  /** Of a connection that is being made, or that a snapshot is sent on; to be closed at the end. */
  private volatile @Nullable Socket busy;

  Appender(RaftServer.Division division, LeaderState state, FollowerInfo follower, Dialer dialer) {
    super(division, state, follower);
    this.dialer = dialer;
    this.signal = new KeptSignal(this);
    this.exchange = new Exchange(this, new Heard());
  }

  /** What the exchange tells. */
  private final class Heard implements Exchange.Hooks {
    @Override
    public long nextIndexAfter(long firstIndex, long repliedNextIndex) {
      return getNextIndexForInconsistency(firstIndex, repliedNextIndex);
    }

    @Override
    public void answered() {
      backoff.succeeded();
      if (hasAppendEntries()) {
        signal.signal();
      }
    }

    @Override
    public void lost(Throwable cause) {
      failed("is lost", cause);
      signal.signal();
    }
  }

  @Override
  public AwaitForSignal getEventAwaitForSignal() {
    return signal;
  }

  /** Of the next request. */
  @Override
  public long getCallId() {
    return exchange.nextCall();
  }

  @Override
  public Comparator<Long> getCallIdComparator() {
    return Comparator.naturalOrder();
  }

  @Override
  public boolean hasPendingDataRequests() {
    return exchange.hasEntries();
  }

  // ---- whoever has put something into the log

  /**
   * Called by any thread, after what it is about was done.
   *
   * <p>A log that was closed meanwhile says so with an exception, which is not the caller's: {@code
   * RaftServerImpl.appendTransaction} would take it for an entry that isn't in the log.
   */
  @Override
  public void notifyLogAppender() {
    try {
      if (shouldSendAppendEntries() && !sendHere()) {
        signal.signal();
      }
    } catch (IOException | RuntimeException e) {
      LOG.debug("{}", this, e);
      signal.signal();
    }
  }

  /**
   * Sends entries on the calling thread, which has just put them into the log, where that can't
   * make it wait: the follower has answered all that it was sent, so its connection has room for
   * them. It saves a change of thread for each entry.
   *
   * @return whether there was no more to send than that
   */
  private boolean sendHere() throws IOException {
    Wire connection = exchange.wire();
    if (connection == null || !exchange.isQuiet() || !sending.tryLock()) {
      return false;
    }
    try {
      return exchange.isQuiet()
          && getHeartbeatWaitTimeMs() > 0
          && shouldInstallSnapshot() == null
          && send(connection, SHORT_BYTES)
          && !hasAppendEntries();
    } finally {
      sending.unlock();
    }
  }

  /** Sends what comes next, if it isn't longer than that; returns whether something was sent. */
  private boolean send(Wire connection, int limit) throws IOException {
    AppendEntriesRequestProto request = exchange.next(connection, limit);
    if (request == null) {
      return false;
    }
    resetHeartbeatTrigger();
    getFollower().updateLastRpcSendTime(request.getEntriesCount() == 0);
    try {
      connection.send(Kind.APPEND, request.getServerRequest().getCallId(), request);
    } catch (IOException e) {
      exchange.lost(connection, e);
    }
    return true;
  }

  // ---- the sending thread

  @Override
  public void run() throws InterruptedException {
    try {
      for (long wait = 0; isRunning(); wait = work()) {
        signal.await(wait, TimeUnit.MILLISECONDS);
        getLeaderState().checkHealth(getFollower());
      }
    } finally {
      exchange.hangUp();
    }
  }

  /**
   * Does what is to be done; returns how long there will be nothing, if nothing comes.
   *
   * <p>A failure, such as for an entry that was purged meanwhile, is not left to Ratis while there
   * is hope: it would begin anew with a {@code FollowerInfo} that isn't counted ({@code
   * LeaderStateImpl.restart}, {@code FollowerInfoMap}).
   */
  private long work() {
    try {
      if (waitMillis() <= 0) {
        workNow();
        failures = 0;
      }
      return waitMillis();
    } catch (IOException | RuntimeException e) {
      failures++;
      if (failures > MAX_FAILURES) {
        throw new IllegalStateException(this + ": nothing can be sent", e);
      }
      exchange.hangUp();
      failed("can't be served", e);
      return backoff.waitMillis();
    }
  }

  /** How long nothing is to be sent, if nothing comes; 0 or less: it is to be sent now. */
  private long waitMillis() {
    if (exchange.wire() == null) {
      return backoff.waitMillis();
    }
    return hasAppendEntries() && !exchange.isFull() ? 0 : getHeartbeatWaitTimeMs();
  }

  private void workNow() throws IOException {
    Wire connection = exchange.wire();
    if (connection == null) {
      connection = connect();
    }
    if (connection == null) {
      return;
    }
    SnapshotInfo snapshot = shouldInstallSnapshot();
    if (snapshot == null) {
      append(connection);
    } else {
      // Its heartbeats are the chunks.
      exchange.hangUp();
      install(snapshot);
    }
  }

  private void append(Wire connection) throws IOException {
    sending.lock();
    try {
      send(connection, Integer.MAX_VALUE);
    } finally {
      sending.unlock();
    }
  }

  private void install(SnapshotInfo snapshot) throws IOException {
    try (Wire chunks = dial(SnapshotSending.PATIENCE)) {
      new SnapshotSending(this, snapshot).on(chunks);
    } finally {
      busy = null;
    }
  }

  private @Nullable Wire connect() {
    try {
      Wire made = dial(SILENCE);
      exchange.begin(made);
      return made;
    } catch (IOException e) {
      failed("can't be reached", e);
      return null;
    } finally {
      busy = null;
    }
  }

  /** Leaves {@link #busy} to whoever is done with the connection. */
  private Wire dial(Duration patience) throws IOException {
    Socket socket = dialer.socket();
    busy = socket;
    // Whoever stops this looked for the socket before it was there.
    if (!isRunning()) {
      throw new IOException("stopped");
    }
    return dialer.connect(socket, getFollowerId(), patience);
  }

  private void failed(String what, Throwable cause) {
    if (isRunning() && !backoff.isFailing()) {
      LOG.warn("{}: the follower {}: {}", this, what, cause.toString());
    }
    LOG.debug("{}: the follower {}", this, what, cause);
    backoff.failed();
  }

  @Override
  public CompletableFuture<LifeCycle.State> stopAsync() {
    CompletableFuture<LifeCycle.State> stopped = super.stopAsync();
    // Whoever waits for a socket doesn't hear of an interrupt. In this order, for one becomes the
    // other.
    Socket socket = busy;
    Wire connection = exchange.wire();
    if (connection != null) {
      connection.close();
    }
    if (socket != null) {
      try {
        socket.close();
      } catch (IOException e) {
        LOG.debug("{}", this, e);
      }
    }
    return stopped;
  }
}
