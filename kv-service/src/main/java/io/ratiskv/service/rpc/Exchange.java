package io.ratiskv.service.rpc;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;

/**
 * What a leader and a follower say to each other of the log: the connection, what is under way on
 * it, and, by the answers, what is to be sent next. A thread of its own reads the answers, and
 * tells the leader.
 *
 * <p>Whatever goes wrong ends the connection; what was under way is sent again on the next. A
 * follower may see a request twice, or a late one, which is nothing new to Raft.
 *
 * <p>Any thread may call. The lock is held by nobody who waits for anything.
 */
final class Exchange {
  private final LogAppender appender;
  private final FollowerInfo follower;
  private final Hooks hooks;
  private final ReentrantLock lock = new ReentrantLock();

  /** Changed under {@link #lock}. */
  private final PendingAppends pending = new PendingAppends();

  /** Null while there is no connection. Written under {@link #lock}. */
  private volatile @Nullable Wire wire;

  /** Number of the next request. Written under {@link #lock}. */
  private volatile long call;

  /** What {@link LogAppender} doesn't offer of a sender. */
  interface Hooks {
    /** As in {@code LogAppenderBase.getNextIndexForInconsistency}. */
    long nextIndexAfter(long firstIndex, long repliedNextIndex);

    /** An answer has come, and there is room for more. */
    void answered();

    /** The connection is lost. */
    void lost(Throwable cause);
  }

  Exchange(LogAppender appender, Hooks hooks) {
    this.appender = appender;
    this.follower = appender.getFollower();
    this.hooks = hooks;
  }

  long nextCall() {
    return call;
  }

  @Nullable Wire wire() {
    return wire;
  }

  boolean isQuiet() {
    return pending.isQuiet();
  }

  boolean isFull() {
    return pending.isFull();
  }

  boolean hasEntries() {
    return pending.hasEntries();
  }

  /** Goes on with a new connection. */
  void begin(Wire made) {
    lock.lock();
    try {
      pending.reset();
      wire = made;
    } finally {
      lock.unlock();
    }
    Thread reader = new Thread(() -> listen(made), appender + "-answers");
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Makes a request, and counts it as sent.
   *
   * @param limit its length in bytes
   * @return null if there is none, or only a longer one, or the connection is over
   */
  @Nullable AppendEntriesRequestProto next(Wire connection, int limit) throws IOException {
    lock.lock();
    try {
      if (wire != connection) {
        return null;
      }
      AppendEntriesRequestProto request = appender.newAppendEntriesRequest(call, pending.isFull());
      if (request == null || request.getSerializedSize() > limit) {
        return null;
      }
      int entries = request.getEntriesCount();
      long first = entries == 0 ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex();
      if (entries > 0) {
        follower.updateNextIndex(request.getEntries(entries - 1).getIndex() + 1);
      }
      pending.add(call, new PendingAppends.Sent(first, Timestamp.currentTime()));
      call = request.getServerRequest().getCallId() + 1;
      return request;
    } finally {
      lock.unlock();
    }
  }

  private void listen(Wire from) {
    try {
      while (true) {
        Frame answer = from.receive();
        take(from, answer.call(), answer.reply(AppendEntriesReplyProto.parser()));
      }
    } catch (IOException | RuntimeException | Error e) {
      lost(from, e);
    }
  }

  private void take(Wire from, long answered, AppendEntriesReplyProto reply) throws IOException {
    PendingAppends.Sent request = request(from, answered);
    follower.updateLastRpcResponseTime();
    if (request != null) {
      follower.updateLastRespondedAppendEntriesSendTime(request.at());
    }
    switch (reply.getResult()) {
      case SUCCESS -> succeeded(reply);
      case NOT_LEADER -> appender.onFollowerTerm(reply.getTerm());
      case INCONSISTENCY -> goBack(from, request, reply);
      default -> throw new IOException("it says " + reply.getResult());
    }
    appender.getLeaderState().onAppendEntriesReply(appender, reply);
    hooks.answered();
  }

  private PendingAppends.@Nullable Sent request(Wire from, long answered) throws IOException {
    lock.lock();
    try {
      if (wire != from) {
        throw new IOException("an answer on a connection that is over");
      }
      return pending.answered(answered);
    } finally {
      lock.unlock();
    }
  }

  private void succeeded(AppendEntriesReplyProto reply) {
    appender.getLeaderState().onFollowerCommitIndex(follower, reply.getFollowerCommit());
    if (advance(reply.getMatchIndex())) {
      appender.getLeaderState().onFollowerSuccessAppendEntries(follower);
    }
  }

  private boolean advance(long matchIndex) {
    lock.lock();
    try {
      boolean advanced = follower.updateMatchIndex(matchIndex);
      if (advanced) {
        follower.updateNextIndex(matchIndex + 1);
      }
      return advanced;
    } finally {
      lock.unlock();
    }
  }

  /** The follower's log is another: from where to go on, it says. */
  private void goBack(
      Wire from, PendingAppends.@Nullable Sent request, AppendEntriesReplyProto reply) {
    lock.lock();
    try {
      // To what was sent before the last time that it said so, it says so again.
      if (request != null && wire == from) {
        pending.forget();
        follower.setNextIndex(hooks.nextIndexAfter(request.firstIndex(), reply.getNextIndex()));
      }
    } finally {
      lock.unlock();
    }
  }

  /** A connection is of no use any more; whoever notices first tells. */
  void lost(Wire connection, Throwable cause) {
    if (end(connection)) {
      hooks.lost(cause);
    }
    connection.close();
  }

  /** Ends the connection, if there is one. */
  void hangUp() {
    Wire connection = wire;
    if (connection != null) {
      end(connection);
      connection.close();
    }
  }

  /** Returns whether it wasn't over already. */
  private boolean end(Wire connection) {
    lock.lock();
    try {
      if (wire != connection) {
        return false;
      }
      wire = null;
      sendAgain();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** What is under way may not have come. */
  private void sendAgain() {
    OptionalLong first = pending.firstIndex();
    pending.reset();
    if (first.isPresent()) {
      follower.computeNextIndex(
          next -> Math.max(follower.getMatchIndex() + 1, Math.min(next, first.getAsLong())));
    }
  }
}
