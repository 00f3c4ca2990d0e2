package io.ratiskv.service;

import java.io.IOException;
import java.util.function.LongSupplier;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;

/**
 * Lets a follower acknowledge to the leader only what is on its disk. Ratis 3.3.0 acknowledges at
 * once what it is sent again, after a lost connection, while the first append of it still waits to
 * be written ({@code SegmentedRaftLog.appendImpl}: nothing is left to append, so there is nothing
 * to wait for). The leader would count a disk that has nothing. Here the connection is ended
 * instead, as Ratis ends it for a request that failed, and the leader goes back to that request.
 *
 * <p>What is compared are indices. Where entries that were on disk are being replaced by others of
 * a later term, and the disk stalls before the first of them, the old ones still count.
 */
final class DurableAcks implements ServerInterceptor {
  private static final long NOTHING = -1;

  /** The index up to which the log is on disk; asked by any thread. */
  private volatile LongSupplier flushed = () -> NOTHING;

  /** Until this is called, nothing is acknowledged. */
  void guard(RaftServer server, RaftGroupId group) {
    flushed = () -> flushIndex(server, group);
  }

  /** As above, for tests. */
  void guard(LongSupplier flushIndex) {
    flushed = flushIndex;
  }

  private static long flushIndex(RaftServer server, RaftGroupId group) {
    try {
      return server.getDivision(group).getRaftLog().getFlushIndex();
    } catch (IOException e) {
      // It is starting or stopping.
      return NOTHING;
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return next.startCall(new Checked<>(call), headers);
  }

  private final class Checked<Q, A> extends SimpleForwardingServerCall<Q, A> {
    /** Guarded by this. */
    private boolean ended;

    Checked(ServerCall<Q, A> call) {
      super(call);
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (ended) {
        return;
      }
      if (message instanceof AppendEntriesReplyProto reply && isPremature(reply)) {
        close(
            Status.ABORTED.withDescription(
                "entry " + reply.getMatchIndex() + " is not on this disk yet"),
            trailers(reply));
        return;
      }
      super.sendMessage(message);
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!ended) {
        ended = true;
        super.close(status, trailers);
      }
    }
  }

  /** As Ratis has them for a request that failed: by them the leader knows from where to go on. */
  private static Metadata trailers(AppendEntriesReplyProto reply) {
    Metadata trailers = new Metadata();
    trailers.put(GrpcUtil.CALL_ID, String.valueOf(reply.getServerReply().getCallId()));
    trailers.put(GrpcUtil.HEARTBEAT, "false");
    return trailers;
  }

  private boolean isPremature(AppendEntriesReplyProto reply) {
    return reply.getResult() == AppendResult.SUCCESS
        && !reply.getIsHearbeat()
        && reply.getMatchIndex() > flushed.getAsLong();
  }
}
