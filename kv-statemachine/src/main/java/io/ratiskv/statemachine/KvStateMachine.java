package io.ratiskv.statemachine;

import io.ratiskv.protocol.Limits;
import io.ratiskv.statemachine.core.EntryListener;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Ratis runs: gives the committed entries to the {@link KvState}, one after the other, and its
 * snapshots to Ratis.
 *
 * <h2>Life cycle</h2>
 *
 * Ratis calls {@code initialize} once; then, each time that the leader sends a snapshot, {@code
 * pause} and, on the applying thread, {@code reinitialize}; at the end {@code close}. An object
 * serves one server once.
 *
 * <h2>Threads</h2>
 *
 * {@code applyTransaction}, {@code takeSnapshot} and {@code reinitialize} come on the one applying
 * thread (Ratis's {@code StateMachineUpdater}). {@code startTransaction} comes on the submitting
 * one, {@code pause} on one of Ratis's. Public methods of this class may be called by any.
 *
 * <h2>Failures</h2>
 *
 * Expected outcomes are replies. Whatever would leave this replica behind or beside the others goes
 * to {@link Fatal}.
 */
public final class KvStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(KvStateMachine.class);
  private static final Message APPLIED = Message.EMPTY;

  private final SnapshotFiles files = new SnapshotFiles();
  private final SnapshotTaker taker = new SnapshotTaker(files);
  private final AtomicReference<@Nullable CompletableFuture<Long>> snapshotRequest =
      new AtomicReference<>();
  private final SnapshotPolicy policy;
  private final Fatal fatal;
  private final Consumer<LogEntryProto> members;

  /** Held by whoever applies to the state or reads what {@link #readAt} may read. */
  private final ReentrantLock applying = new ReentrantLock();

  /** Replaced by the applying thread when a snapshot is installed. */
  private volatile KvState state = KvState.empty();

  /** Since the last snapshot was begun; guarded by {@link #applying} for whoever doesn't apply. */
  private long entriesSince;

  private long bytesSince;

  /** The highest index that Ratis was told of as being in a snapshot. It takes no lower one. */
  private long reported = RaftLog.INVALID_LOG_INDEX;

  public KvStateMachine(SnapshotPolicy policy, Fatal fatal) {
    this(policy, fatal, entry -> {});
  }

  /**
   * As above, with somebody who wants to know of the members.
   *
   * @param members told of each committed entry with members, once Ratis has written it beside its
   *     log or tried to; by the thread that did
   */
  public KvStateMachine(SnapshotPolicy policy, Fatal fatal, Consumer<LogEntryProto> members) {
    this.policy = policy;
    this.fatal = fatal;
    this.members = members;
  }

  /** The state as far as it is applied here; another object after a snapshot was installed. */
  public KvState state() {
    return state;
  }

  /**
   * Has the state read between two entries, while none is applied, if all up to the index has been;
   * returns whether it was. For any thread, but for work that is short: the applying thread waits
   * for it. The lock that keeps it waiting is the outermost: it is held while an {@link
   * EntryListener} or {@code reader} is called, so whoever calls this holds none that they take.
   */
  public boolean readAt(long index, Consumer<KvState> reader) {
    applying.lock();
    try {
      if (getLastAppliedTermIndex().getIndex() < index) {
        return false;
      }
      reader.accept(state);
      return true;
    } finally {
      applying.unlock();
    }
  }

  /** What became of the snapshots taken here. */
  public SnapshotCounts snapshotCounts() {
    return taker.counts();
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return files;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage storage)
      throws IOException {
    super.initialize(server, groupId, storage);
    getLifeCycle()
        .startAndTransition(
            () -> {
              files.init(storage);
              become(files.load());
            },
            IOException.class);
  }

  private void become(SnapshotReader.@Nullable Loaded loaded) {
    if (loaded == null) {
      return;
    }
    applying.lock();
    try {
      state = loaded.state();
      setLastAppliedTermIndex(TermIndex.valueOf(loaded.term(), loaded.index()));
      entriesSince = 0;
      bytesSince = 0;
    } finally {
      applying.unlock();
    }
    reported = loaded.index();
  }

  /**
   * An entry may still be applied after this, to the state that {@link #reinitialize} then drops:
   * Ratis calls it while the applying thread is running.
   */
  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle()
        .startAndTransition(
            () -> {
              try {
                become(files.loadInstalled());
                files.prune();
              } catch (IOException e) {
                fatal.halt(
                    Fatal.Reason.SNAPSHOT_INSTALL_FAILED,
                    "could not take over the snapshot that the leader sent: " + e.getMessage(),
                    e);
                throw e;
              }
            },
            IOException.class);
  }

  /**
   * Takes entries from the service in this process alone: whoever else reaches Ratis's ports writes
   * nothing.
   */
  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    TransactionContext.Builder transaction =
        TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
    if (!(request.getMessage() instanceof EntryMessage message)) {
      return transaction
          .build()
          .setException(new IOException("entries are taken from the service of this server alone"));
    }
    int size = message.getContent().size();
    if (size > Limits.MAX_ENTRY_BYTES) {
      return transaction
          .build()
          .setException(
              new IOException(
                  "a log entry of " + size + " bytes, limit " + Limits.MAX_ENTRY_BYTES));
    }
    message.start();
    return transaction.setLogData(message.getContent()).setStateMachineContext(message).build();
  }

  @Override
  public TransactionContext cancelTransaction(TransactionContext transaction) {
    if (transaction.getStateMachineContext() instanceof EntryMessage message) {
      message.cancel();
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    applying.lock();
    try {
      byte[] bytes = entry.getStateMachineLogEntry().getLogData().toByteArray();
      state.apply(entry.getIndex(), bytes, listener(transaction));
      entriesSince++;
      bytesSince += bytes.length;
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
    } catch (RuntimeException | Error e) {
      fatal.halt(
          Fatal.Reason.APPLY_FAILED,
          "could not apply log entry " + entry.getIndex() + ": " + e.getMessage(),
          e);
      throw e;
    } finally {
      applying.unlock();
    }
    return CompletableFuture.completedFuture(APPLIED);
  }

  private static EntryListener listener(TransactionContext transaction) {
    return transaction.getStateMachineContext() instanceof EntryMessage message
        ? message.listener()
        : EntryListener.NONE;
  }

  /**
   * Has a snapshot taken when the applying thread is next between two entries.
   *
   * @return completed with its index when it is on disk; exceptionally if that fails, or the server
   *     ends first
   */
  public CompletableFuture<Long> requestSnapshot() {
    CompletableFuture<Long> request = new CompletableFuture<>();
    CompletableFuture<Long> earlier = snapshotRequest.compareAndExchange(null, request);
    return earlier == null ? request : earlier;
  }

  /**
   * Whether a server that applies nothing at the moment had better take a snapshot, so that a
   * restart has little to apply. Any thread may ask.
   */
  public boolean isSnapshotDueWhenIdle() {
    applying.lock();
    try {
      return policy.isDueWhenIdle(bytesSince, files.latestBytes());
    } finally {
      applying.unlock();
    }
  }

  /** Whether one that was requested isn't begun yet. Any thread may ask. */
  public boolean awaitsSnapshot() {
    return snapshotRequest.get() != null;
  }

  /**
   * Ratis calls this after each run of applies (see {@code RaftSettings}: its own trigger is set to
   * one entry), and does nothing on {@link RaftLog#INVALID_LOG_INDEX}: so the snapshot can be
   * written elsewhere meanwhile, and reported later.
   *
   * @return the index up to which the log may be purged: that of the oldest snapshot kept
   */
  @Override
  public long takeSnapshot() {
    long needless = taker.finished();
    if (!taker.isBusy()
        && (policy.isDue(bytesSince, entriesSince, files.latestBytes())
            || snapshotRequest.get() != null)) {
      startSnapshot();
    }
    if (needless <= reported) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    reported = needless;
    return needless;
  }

  private void startSnapshot() {
    CompletableFuture<Long> request = snapshotRequest.getAndSet(null);
    taker.start(view(), request == null ? new CompletableFuture<>() : request);
  }

  private SnapshotView view() {
    applying.lock();
    try {
      entriesSince = 0;
      bytesSince = 0;
      TermIndex applied = getLastAppliedTermIndex();
      return state.view(applied.getTerm(), applied.getIndex());
    } finally {
      applying.unlock();
    }
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, @Nullable RaftPeerId leader) {
    LOG.info("{}: {}", self.getPeerId(), leader == null ? "no leader" : leader + " leads");
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    members.accept(
        LogEntryProto.newBuilder()
            .setTerm(term)
            .setIndex(index)
            .setConfigurationEntry(configuration)
            .build());
  }

  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    fatal.halt(Fatal.Reason.LOG_FAILED, "the log can't be written: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    getLifeCycle().checkStateAndClose(this::release);
  }

  private void release() {
    taker.close();
    CompletableFuture<Long> request = snapshotRequest.get();
    if (request != null) {
      request.completeExceptionally(new IllegalStateException("the server was stopped"));
    }
  }
}
