package io.ratiskv.service.rpc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongUnaryOperator;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;
import org.apache.ratis.server.metrics.RaftServerMetrics;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;

/** What Ratis's leader knows of a follower, and the sender to it, as far as they are asked here. */
final class FakeFollower {
  volatile long nextIndex;
  volatile long matchIndex = RaftLog.INVALID_LOG_INDEX;
  volatile long snapshotIndex = RaftLog.INVALID_LOG_INDEX;
  volatile boolean attempted;

  /** What the leader was told. */
  final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  /** Chunks of the snapshot to send. */
  final int chunks = 3;

  private final FollowerInfo info = proxy(FollowerInfo.class, this::info);
  private final LeaderState leader =
      proxy(
          LeaderState.class,
          (self, method, args) -> {
            told.add(method.getName());
            return nothing(method);
          });

  LogAppender appender() {
    return proxy(
        LogAppender.class,
        (self, method, args) ->
            switch (method.getName()) {
              case "getFollower" -> info;
              case "getLeaderState" -> leader;
              case "newAppendEntriesRequest" -> request((Long) args[0], (Boolean) args[1]);
              case "newInstallSnapshotRequests" -> requests();
              case "isRunning" -> true;
              case "getRaftLog" -> proxy(RaftLog.class, (log, getter, none) -> 0L);
              case "getServer" -> proxy(RaftServer.Division.class, FakeFollower::metrics);
              case "onFollowerTerm" -> told.add("term " + args[0]);
              case "toString" -> "n1->n2";
              default -> throw new UnsupportedOperationException(method.getName());
            });
  }

  private static Object metrics(Object self, Method method, Object @Nullable [] args) {
    return proxy(RaftServerMetrics.class, (metrics, event, none) -> nothing(event));
  }

  /** The next entry, or a heartbeat. */
  private AppendEntriesRequestProto request(long call, boolean heartbeat) {
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder()
            .setServerRequest(RaftRpcRequestProto.newBuilder().setCallId(call));
    if (!heartbeat) {
      request.addEntries(LogEntryProto.newBuilder().setIndex(nextIndex));
    }
    return request.build();
  }

  private Queue<InstallSnapshotRequestProto> requests() {
    return new ArrayDeque<>(
        List.of(
            InstallSnapshotRequestProto.getDefaultInstance(),
            InstallSnapshotRequestProto.getDefaultInstance(),
            InstallSnapshotRequestProto.getDefaultInstance()));
  }

  private @Nullable Object info(Object self, Method method, Object[] args) {
    switch (method.getName()) {
      case "getNextIndex" -> {
        return nextIndex;
      }
      case "getMatchIndex" -> {
        return matchIndex;
      }
      case "setNextIndex" -> nextIndex = (Long) args[0];
      case "updateNextIndex" -> nextIndex = Math.max(nextIndex, (Long) args[0]);
      case "computeNextIndex" -> nextIndex = ((LongUnaryOperator) args[0]).applyAsLong(nextIndex);
      case "updateMatchIndex" -> {
        boolean higher = (Long) args[0] > matchIndex;
        matchIndex = Math.max(matchIndex, (Long) args[0]);
        return higher;
      }
      case "setSnapshotIndex" -> {
        snapshotIndex = (Long) args[0];
        matchIndex = snapshotIndex;
        nextIndex = snapshotIndex + 1;
      }
      case "setAttemptedToInstallSnapshot" -> attempted = true;
      default -> {
        return nothing(method);
      }
    }
    return null;
  }

  private static @Nullable Object nothing(Method method) {
    return method.getReturnType() == boolean.class ? Boolean.FALSE : null;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
