package io.ratiskv.service.rpc;

import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.util.AwaitForSignal;

/**
 * Sends a leader's log to one follower, on a thread that is woken only when there is something to
 * send: entries, a heartbeat that is due or was asked for, or a connection to make. Ratis's is
 * woken by each answer of its follower as well, looks, and sleeps again.
 *
 * <p>What may be waited for without a signal, such as a commit that the follower hasn't heard of,
 * goes with the next entries or the next heartbeat, mostly as with Ratis's: {@code
 * LogAppenderBase.newAppendEntriesRequest} makes no request of it alone.
 */
final class QuietAppender extends GrpcLogAppender {
  private final AwaitForSignal signal;

  QuietAppender(RaftServer.Division division, LeaderState state, FollowerInfo follower) {
    super(division, state, follower);
    signal = new KeptSignal(this);
  }

  @Override
  public AwaitForSignal getEventAwaitForSignal() {
    return signal;
  }

  /** Called by any thread, after what it is about was done. */
  @Override
  public void notifyLogAppender() {
    if (mayHaveToSend()) {
      super.notifyLogAppender();
    }
  }

  /**
   * A log that was closed meanwhile says so with an exception, which is not the caller's: {@code
   * RaftServerImpl.appendTransaction} would take it for an entry that isn't in the log.
   */
  private boolean mayHaveToSend() {
    try {
      return shouldSendAppendEntries();
    } catch (RuntimeException e) {
      return true;
    }
  }
}
