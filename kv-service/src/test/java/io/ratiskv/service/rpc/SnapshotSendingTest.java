package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotSendingTest {
  private static final SnapshotInfo SNAPSHOT =
      new FileListSnapshotInfo(List.of(), TermIndex.valueOf(3, 70));

  private final FakeRatis ratis = new FakeRatis("n2");
  private final FakeFollower follower = new FakeFollower();
  private Listener listener;
  private Wire wire;

  @BeforeEach
  void start() throws IOException {
    RaftPort port =
        new RaftPort(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, other -> true);
    Dialer dialer = new Dialer(() -> RaftPeerId.valueOf("n1"), null);
    listener =
        new Listener(ratis.server(), port, new Succession(ratis.server(), dialer, port.hears()));
    listener.start();
    dialer.know(
        RaftPeer.newBuilder()
            .setId("n2")
            .setAddress("127.0.0.1:" + listener.address().getPort())
            .build());
    wire = dialer.dial(RaftPeerId.valueOf("n2"), Duration.ofSeconds(10));
  }

  @AfterEach
  void stop() throws IOException {
    wire.close();
    listener.close();
  }

  private void send(InstallSnapshotResult result, boolean success) throws IOException {
    ratis.installed =
        InstallSnapshotReplyProto.newBuilder()
            .setServerReply(RaftRpcReplyProto.newBuilder().setSuccess(success))
            .setResult(result)
            .setTerm(9)
            .setRequestIndex(0)
            .build();
    new SnapshotSending(follower.appender(), SNAPSHOT).on(wire);
  }

  @Test
  void onceItIsThereTheLogGoesOnBehindIt() throws IOException {
    send(InstallSnapshotResult.SUCCESS, true);
    assertThat(ratis.chunks).hasValue(follower.chunks);
    assertThat(follower.nextIndex).isEqualTo(71);
    assertThat(follower.attempted).isTrue();
  }

  /** The answer doesn't say which it has: it was sent again and again. */
  @Test
  void whereItWasAlreadyThereTheLogGoesOnBehindItToo() throws IOException {
    send(InstallSnapshotResult.ALREADY_INSTALLED, true);
    assertThat(follower.nextIndex).isEqualTo(71);
    assertThat(follower.attempted).isTrue();
  }

  @Test
  void aLaterTermIsTold() throws IOException {
    send(InstallSnapshotResult.NOT_LEADER, false);
    assertThat(ratis.chunks).as("the first is the last").hasValue(1);
    assertThat(follower.told).contains("term 9");
    assertThat(follower.snapshotIndex).isNegative();
  }

  @Test
  void whateverElseItSaysIsAFailure() {
    assertThatThrownBy(() -> send(InstallSnapshotResult.IN_PROGRESS, false))
        .hasMessage("it says IN_PROGRESS");
    assertThat(follower.snapshotIndex).isNegative();
  }
}
