package io.ratiskv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Reads from beside the applying thread. */
class ReadAtTest {
  private final KvStateMachine machine =
      new KvStateMachine(
          SnapshotPolicy.DEFAULT,
          (reason, message, cause) -> {
            throw new AssertionError(message, cause);
          });

  @Test
  void nothingIsReadBeforeAllUpToTheIndexIsApplied() {
    apply(1);
    apply(2);

    assertThat(machine.readAt(3, state -> fail())).isFalse();
    assertThat(machine.readAt(2, state -> assertThat(state.sessions()).isEqualTo(2))).isTrue();
    apply(3);
    assertThat(machine.readAt(3, state -> assertThat(state.sessions()).isEqualTo(3))).isTrue();
  }

  @Test
  void nothingIsAppliedWhileSomebodyReads() throws Exception {
    apply(1);
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(1);
    CompletableFuture<Boolean> read =
        CompletableFuture.supplyAsync(
            () ->
                machine.readAt(
                    1,
                    state -> {
                      reading.countDown();
                      await(enough);
                      assertThat(state.sessions()).isEqualTo(1);
                    }));
    await(reading);
    Thread applying = new Thread(() -> apply(2), "applying");
    applying.start();
    Awaitility.await().until(applying::getState, Thread.State.WAITING::equals);

    enough.countDown();

    assertThat(read.get(10, TimeUnit.SECONDS)).isTrue();
    applying.join(10_000);
    assertThat(machine.state().sessions()).isEqualTo(2);
  }

  private static void fail() {
    throw new AssertionError("read too early");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** An entry that opens a session. */
  private void apply(long index) {
    ByteString nonce = ByteString.copyFromUtf8(String.format("%016d", index));
    LogEntry entry =
        LogEntry.newBuilder()
            .setFormat(1)
            .addCommands(
                Command.newBuilder()
                    .setPrincipal("anonymous")
                    .setOpen(OpenSession.newBuilder().setNonce(nonce)))
            .build();
    TransactionContext transaction =
        TransactionContext.newBuilder()
            .setStateMachine(machine)
            .setServerRole(RaftPeerRole.FOLLOWER)
            .setLogEntry(
                LogEntryProto.newBuilder()
                    .setTerm(1)
                    .setIndex(index)
                    .setStateMachineLogEntry(
                        StateMachineLogEntryProto.newBuilder()
                            .setLogData(UnsafeByteOperations.unsafeWrap(entry.toByteArray())))
                    .build())
            .build();
    var unused = machine.applyTransaction(transaction);
  }
}
