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

/** Snapshots at an operator's wish, and of an idle server. */
final class Snapshots {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration BETWEEN_WAKES = Duration.ofMillis(200);

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
   * @return its index; that of the last one, if nothing was applied since. Whoever doesn't wait for
   *     it any more may cancel it.
   */
  CompletableFuture<Long> take() {
    SnapshotInfo last = stateMachine.getLatestSnapshot();
    if (last != null && last.getIndex() >= division.getInfo().getLastAppliedIndex()) {
      return CompletableFuture.completedFuture(last.getIndex());
    }
    // A copy: others may wait for the same.
    CompletableFuture<Long> taken =
        stateMachine.requestSnapshot().copy().orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    wakeUntilBegun(taken);
    return taken;
  }

  /** As {@link #take}, for a thread that must not wait for Ratis's lock, whose holder may write. */
  void begin() {
    var unused = CompletableFuture.completedFuture(this).thenComposeAsync(Snapshots::take);
  }

  /**
   * While a snapshot is being written none is begun, and Ratis doesn't ask again by itself as long
   * as nothing is applied.
   */
  private void wakeUntilBegun(CompletableFuture<Long> taken) {
    if (!taken.isDone() && stateMachine.awaitsSnapshot()) {
      wakeUpdater();
      CompletableFuture.delayedExecutor(BETWEEN_WAKES.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> wakeUntilBegun(taken));
    }
  }

  /**
   * Ratis's own request does no more than to wake the thread that applies, which then asks the
   * state machine.
   */
  private void wakeUpdater() {
    SnapshotManagementRequest request =
        SnapshotManagementRequest.newCreate(
            clientId,
            server.getId(),
            division.getGroup().getGroupId(),
            CallId.getAndIncrement(),
            // When it is over, Ratis ends whichever request is there then.
            BETWEEN_WAKES.toMillis(),
            1);
    var unused = server.snapshotManagementAsync(request);
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
