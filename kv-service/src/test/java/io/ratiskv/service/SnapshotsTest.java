package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An operator asks a server, to which nothing is written, while it is writing a snapshot. */
class SnapshotsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final BlockingQueue<String> wakes = new LinkedBlockingQueue<>();

  /** It has no folder: a snapshot that it begins fails. */
  private final KvStateMachine machine =
      new KvStateMachine(
          SnapshotPolicy.DEFAULT,
          (reason, message, cause) -> {
            throw new AssertionError(message, cause);
          });

  private final Snapshots snapshots = new Snapshots(server(), division(), machine);

  @Test
  void theServerIsAskedAgainUntilItBegins() throws InterruptedException {
    CompletableFuture<Long> taken = snapshots.take();
    for (int i = 0; i < 3; i++) {
      awaitWake();
      assertThat(taken).isNotDone();
    }
    machine.takeSnapshot();
    assertThat(machine.awaitsSnapshot()).isFalse();
    assertThat(taken).failsWithin(PATIENCE);
  }

  @Test
  void whoWaitsNoLongerEndsNobodyElsesWait() throws InterruptedException {
    CompletableFuture<Long> mine = snapshots.take();
    CompletableFuture<Long> others = snapshots.take();
    mine.cancel(false);
    awaitWake();
    assertThat(others).isNotDone();
    machine.takeSnapshot();
    assertThat(others).failsWithin(PATIENCE);
  }

  private void awaitWake() throws InterruptedException {
    assertThat(wakes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
  }

  private RaftServer server() {
    return fake(
        RaftServer.class,
        name -> {
          if (name.equals("snapshotManagementAsync")) {
            wakes.add(name);
          }
          return name.equals("getId") ? RaftPeerId.valueOf("n1") : null;
        });
  }

  private static RaftServer.Division division() {
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId());
    DivisionInfo info = fake(DivisionInfo.class, name -> 7L);
    return fake(RaftServer.Division.class, name -> name.equals("getGroup") ? group : info);
  }

  private static <T> T fake(Class<T> type, Function<String, @Nullable Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answers.apply(method.getName())));
  }
}
