package io.ratiskv.service.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server's port for the others, over real sockets. */
class RaftPortTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** In which one has to say who one is. */
  private static final Duration GREETING = Duration.ofSeconds(3);

  private final FakeRatis ratis = new FakeRatis("n2");
  private final Set<String> unheard = ConcurrentHashMap.newKeySet();
  private Listener listener;
  private Dialer dialer;

  @BeforeEach
  void start() throws IOException {
    RaftPort port =
        new RaftPort(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            null,
            other -> !unheard.contains(other));
    dialer = new Dialer(() -> RaftPeerId.valueOf("n1"), null);
    Succession succession = new Succession(ratis.server(), dialer, port.hears());
    listener = new Listener(ratis.server(), port, succession, GREETING);
    listener.start();
    know("n2");
  }

  private void know(String id) {
    dialer.know(
        RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:" + address().getPort()).build());
  }

  private InetSocketAddress address() {
    return listener.address();
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
  }

  private Wire dial(String to) throws IOException {
    return dialer.dial(RaftPeerId.valueOf(to), PATIENCE);
  }

  private static RequestVoteRequestProto vote(long term) {
    return RequestVoteRequestProto.newBuilder().setCandidateTerm(term).build();
  }

  private long askForVote(Wire wire, long term) throws IOException {
    ratis.term = term;
    return wire.call(Kind.VOTE, vote(term), RequestVoteReplyProto.parser()).getTerm();
  }

  private static AppendEntriesRequestProto entry(String data) {
    return AppendEntriesRequestProto.newBuilder()
        .setServerRequest(
            RaftRpcRequestProto.newBuilder()
                .setRaftGroupId(
                    RaftGroupIdProto.newBuilder()
                        .setId(ByteString.copyFromUtf8("sixteen bytes id"))))
        .addEntries(
            LogEntryProto.newBuilder()
                .setStateMachineLogEntry(
                    StateMachineLogEntryProto.newBuilder()
                        .setLogData(ByteString.copyFromUtf8(data))))
        .build();
  }

  private static AppendEntriesReplyProto success(long matchIndex) {
    return AppendEntriesReplyProto.newBuilder()
        .setResult(AppendResult.SUCCESS)
        .setMatchIndex(matchIndex)
        .build();
  }

  private FakeRatis.Append next() throws InterruptedException {
    return requireNonNull(ratis.appends.poll(10, TimeUnit.SECONDS), "nothing came");
  }

  private static AppendEntriesReplyProto reply(Frame frame) throws IOException {
    return frame.reply(AppendEntriesReplyProto.parser());
  }

  @Test
  void anAnswerIsThatOfItsRequest() throws IOException {
    try (Wire wire = dial("n2")) {
      assertThat(askForVote(wire, 7)).isEqualTo(7);
      assertThat(askForVote(wire, 8)).isEqualTo(8);
    }
  }

  @Test
  void appendsAreAnsweredAsTheyAreDoneWhateverTheirOrder() throws Exception {
    ratis.flushIndex = 2;
    try (Wire wire = dial("n2")) {
      wire.send(Kind.APPEND, 11, entry("first"));
      wire.send(Kind.APPEND, 12, entry("second"));
      FakeRatis.Append first = next();
      FakeRatis.Append second = next();
      assertThat(
              first.request().getEntries(0).getStateMachineLogEntry().getLogData().toStringUtf8())
          .isEqualTo("first");
      second.reply().complete(success(2));
      Frame answer = wire.receive();
      assertThat(answer.call()).isEqualTo(12);
      assertThat(reply(answer).getMatchIndex()).isEqualTo(2);
      first.reply().complete(success(1));
      assertThat(wire.receive().call()).isEqualTo(11);
    }
  }

  @Test
  void whatStillWaitsToBeWrittenIsNotAcknowledged() throws Exception {
    ratis.flushIndex = 7;
    try (Wire wire = dial("n2")) {
      wire.send(Kind.APPEND, 99, entry("again"));
      next().reply().complete(success(8));
      Frame answer = wire.receive();
      assertThat(answer.kind()).isEqualTo(Kind.FAILURE);
      assertThat(answer.call()).isEqualTo(99);

      ratis.flushIndex = 8;
      wire.send(Kind.APPEND, 100, entry("again"));
      next().reply().complete(success(8));
      assertThat(reply(wire.receive()).getMatchIndex()).isEqualTo(8);
    }
  }

  @Test
  void aHeartbeatOrARefusalAcknowledgesNothing() throws Exception {
    ratis.flushIndex = 7;
    try (Wire wire = dial("n2")) {
      wire.send(Kind.APPEND, 1, entry("none").toBuilder().clearEntries().build());
      next().reply().complete(success(8).toBuilder().setIsHearbeat(true).build());
      assertThat(reply(wire.receive()).getIsHearbeat()).isTrue();
      wire.send(Kind.APPEND, 2, entry("other log"));
      next().reply().complete(success(8).toBuilder().setResult(AppendResult.INCONSISTENCY).build());
      assertThat(reply(wire.receive()).getResult()).isEqualTo(AppendResult.INCONSISTENCY);
    }
  }

  /**
   * A leader that was stopped for a while, or whose follower was, has connected again: Ratis was
   * given what was sent on both connections at once, and closed its log.
   */
  @Test
  void onceALeaderHasConnectedAgainNothingIsTakenFromBefore() throws Exception {
    try (Wire before = dial("n2");
        Wire again = dial("n2")) {
      before.send(Kind.APPEND, 1, entry("first"));
      assertThat(next().request()).isEqualTo(entry("first"));
      again.send(Kind.APPEND, 1, entry("first again"));
      assertThat(next().request()).isEqualTo(entry("first again"));
      before.send(Kind.APPEND, 2, entry("late"));
      assertThatThrownBy(() -> reply(before.receive())).hasMessageContaining("later connection");
      assertThat(ratis.appends).isEmpty();
      again.send(Kind.APPEND, 2, entry("second"));
      assertThat(next().request()).isEqualTo(entry("second"));
    }
  }

  @Test
  void whatIsForTheServerThatWasHereBeforeIsRefused() throws IOException {
    know("n2-old");
    try (Wire wire = dial("n2-old")) {
      assertThatThrownBy(() -> askForVote(wire, 7)).hasMessage("this is n2, not n2-old");
    }
    assertThat(ratis.votes).isEmpty();
  }

  @Test
  void aRequestThatFailsSaysSoAndTheConnectionGoesOn() throws IOException {
    ratis.ready = false;
    try (Wire wire = dial("n2")) {
      assertThatThrownBy(() -> askForVote(wire, 7)).hasMessage("ServerNotReadyException: not yet");
      ratis.ready = true;
      assertThat(askForVote(wire, 8)).isEqualTo(8);
    }
  }

  @Test
  void whoIsNotHeardIsNotServed() throws Exception {
    try (Wire wire = dial("n2")) {
      wire.send(Kind.APPEND, 1, entry("heard"));
      FakeRatis.Append heard = next();
      unheard.add("n1");
      // Nor is what it was heard with before answered any more.
      heard.reply().complete(success(0));
      assertThatThrownBy(wire::receive).isInstanceOf(IOException.class);
    }
    try (Wire wire = dial("n2")) {
      assertThatThrownBy(() -> askForVote(wire, 7)).isInstanceOf(IOException.class);
    }
    assertThat(ratis.votes).isEmpty();
  }

  @Test
  void whoSpeaksSomethingElseIsToldSo() throws IOException {
    try (Socket socket = new Socket(address().getAddress(), address().getPort())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
      assertThatThrownBy(() -> new Wire(socket).receive().reply(RequestVoteReplyProto.parser()))
          .hasMessage("a message of 1195725856 bytes, limit 1024");
    }
  }

  @Test
  void garbageAndMessagesOfAnotherVersionEndTheirConnectionAndNoOther() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("-Dseed=" + seed);
    Random random = new Random(seed);
    try (Wire good = dial("n2")) {
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        try (Socket socket = new Socket(address().getAddress(), address().getPort())) {
          socket.getOutputStream().write(bytes);
        }
      }
      try (Wire greeted = dial("n2")) {
        greeted.send(Kind.HELLO, 1, vote(1));
        assertThatThrownBy(() -> reply(greeted.receive())).hasMessageContaining("no request");
      }
      assertThat(askForVote(good, 7)).isEqualTo(7);
    }
  }

  /** However slowly somebody says next to nothing, he doesn't keep the others out for that. */
  @Test
  void whoDoesNotSayWhoHeIsLosesHisPlace() throws Exception {
    try (Wire greeted = dial("n2");
        Socket slow = new Socket(address().getAddress(), address().getPort())) {
      slow.setSoTimeout(100);
      new DataOutputStream(slow.getOutputStream()).writeInt(1000);
      await()
          .until(
              () -> {
                dial("n2").close();
                return hasEnded(slow);
              });
      assertThat(askForVote(greeted, 7)).isEqualTo(7);
    }
  }

  /** Says one byte more first. */
  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      socket.getOutputStream().write(0);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void aMessageThatIsTooLongIsRefusedAtBothEnds() throws IOException {
    try (Wire wire = dial("n2")) {
      String much = "x".repeat(Wire.MAX_FRAME_BYTES);
      assertThatThrownBy(() -> wire.send(Kind.APPEND, 1, entry(much)))
          .hasMessageContaining("limit " + Wire.MAX_FRAME_BYTES);
      assertThat(askForVote(wire, 7)).isEqualTo(7);
    }
    try (Socket socket = new Socket(address().getAddress(), address().getPort())) {
      new DataOutputStream(socket.getOutputStream()).writeInt(-1);
      assertThatThrownBy(() -> new Wire(socket).receive().reply(RequestVoteReplyProto.parser()))
          .hasMessageContaining("4294967295 bytes, limit 1024");
    }
  }

  @Test
  void whoWaitsInVainGivesUp() throws Exception {
    try (Wire wire = dialer.dial(RaftPeerId.valueOf("n2"), Duration.ofMillis(50))) {
      wire.send(Kind.APPEND, 1, entry("never done"));
      assertThatThrownBy(wire::receive).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void theEndOfAServerEndsItsConnections() throws Exception {
    try (Wire wire = dial("n2")) {
      assertThat(askForVote(wire, 7)).isEqualTo(7);
      listener.close();
      assertThatThrownBy(wire::receive).isInstanceOf(IOException.class);
      await()
          .untilAsserted(
              () -> assertThatThrownBy(() -> dial("n2")).hasMessageContaining("refused"));
    }
  }

  /** As FORMATS.md has it. */
  @Test
  void theGreeting() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dialer.know(
          RaftPeer.newBuilder()
              .setId("n2")
              .setAddress("127.0.0.1:" + other.getLocalPort())
              .build());
      dial("n2").close();
      try (Socket accepted = other.accept()) {
        byte[] greeting = accepted.getInputStream().readNBytes(21);
        assertThat(HexFormat.ofDelimiter(" ").formatHex(greeting))
            .isEqualTo("00 00 00 11 01 52 4b 56 52 41 46 54 01 0a 02 6e 31 12 02 6e 32");
      }
    }
  }

  @Test
  void whoIsNotKnownCanNotBeCalled() {
    assertThatThrownBy(() -> dial("n9")).hasMessage("no address is known of n9");
  }
}
