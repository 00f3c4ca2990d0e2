package io.ratiskv.service;

import io.ratiskv.statemachine.KvStateMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;

/** Snapshots at an operator's wish. */
final class Snapshots {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ClientId clientId = ClientId.randomId();
  private final RaftServer server;
  private final RaftServer.Division division;
  private final KvStateMachine stateMachine;

  Snapshots(RaftServer server, RaftServer.Division division, KvStateMachine stateMachine) {
    this.server = server;
    this.division = division;
    this.stateMachine = stateMachine;
  }

  /**
   * Takes one of what is applied now or later.
   *
   * @return its index; that of the last one, if nothing was applied since
   */
  CompletableFuture<Long> take() {
    SnapshotInfo last = stateMachine.getLatestSnapshot();
    if (last != null && last.getIndex() >= division.getInfo().getLastAppliedIndex()) {
      return CompletableFuture.completedFuture(last.getIndex());
    }
    CompletableFuture<Long> taken = stateMachine.requestSnapshot();
    return wakeUpdater()
        .thenCompose(woken -> taken)
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Ratis's own request does no more than to wake the thread that applies, which then asks the
   * state machine.
   */
  private CompletableFuture<?> wakeUpdater() {
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            clientId,
            server.getId(),
            division.getGroup().getGroupId(),
            CallId.getAndIncrement(),
            PATIENCE.toMillis(),
            1);
    return server.snapshotManagementAsync(request);
  }

  /** That of the last one. It may be gone by the time that it is opened, for a newer one. */
  Path latestFile() {
    SnapshotInfo last = stateMachine.getLatestSnapshot();
    if (last == null) {
      throw new IllegalStateException("there is no snapshot");
    }
    return last.getFiles().get(0).getPath();
  }
}
