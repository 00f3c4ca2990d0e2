package io.ratiskv.service.rpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A leader's side of a connection to a follower, which is the test. */
class ExchangeTest {
  private static final int ANY_LENGTH = Integer.MAX_VALUE;

  private final FakeFollower follower = new FakeFollower();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private final Exchange exchange = new Exchange(follower.appender(), new Heard());
  private ServerSocket port;
  private Wire leader;
  private Wire answers;

  private final class Heard implements Exchange.Hooks {
    @Override
    public long nextIndexAfter(long firstIndex, long repliedNextIndex) {
      return repliedNextIndex;
    }

    @Override
    public void answered() {
      heard.add("answered");
    }

    @Override
    public void lost(Throwable cause) {
      heard.add("lost");
    }
  }

  @BeforeEach
  void connect() throws IOException {
    port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    follower.nextIndex = 5;
    connectAgain();
  }

  private void connectAgain() throws IOException {
    leader = new Wire(new Socket(port.getInetAddress(), port.getLocalPort()));
    answers = new Wire(port.accept());
    exchange.begin(leader);
  }

  @AfterEach
  void end() throws IOException {
    exchange.hangUp();
    answers.close();
    port.close();
  }

  /** Sends what is next, and returns its number. */
  private long send() throws IOException {
    AppendEntriesRequestProto request = requireNonNull(exchange.next(leader, ANY_LENGTH));
    return request.getServerRequest().getCallId();
  }

  private void answer(long call, AppendResult result, long matchIndex, long nextIndex)
      throws Exception {
    answers.send(
        Kind.REPLY,
        call,
        AppendEntriesReplyProto.newBuilder()
            .setResult(result)
            .setMatchIndex(matchIndex)
            .setNextIndex(nextIndex)
            .build());
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("answered");
  }

  private void acknowledge(long call, long matchIndex) throws Exception {
    answer(call, AppendResult.SUCCESS, matchIndex, matchIndex + 1);
  }

  @Test
  void whatIsSentIsNotSentAgain() throws Exception {
    long first = send();
    assertThat(follower.nextIndex).isEqualTo(6);
    assertThat(exchange.nextCall()).isEqualTo(first + 1);
    acknowledge(first, 5);
    assertThat(follower.matchIndex).isEqualTo(5);
    assertThat(follower.told).contains("onFollowerSuccessAppendEntries", "onAppendEntriesReply");
    assertThat(exchange.isQuiet()).isTrue();
  }

  @Test
  void whatWasUnderWayIsSentAgainOnTheNextConnection() throws Exception {
    acknowledge(send(), 5);
    send();
    send();
    assertThat(follower.nextIndex).isEqualTo(8);
    answers.close();
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(follower.nextIndex).isEqualTo(6);
    assertThat(exchange.wire()).isNull();

    connectAgain();
    assertThat(exchange.isFull()).as("before the first answer").isFalse();
    acknowledge(send(), 6);
    assertThat(follower.matchIndex).isEqualTo(6);
  }

  @Test
  void whatIsAcknowledgedIsNotSentAgain() throws Exception {
    acknowledge(send(), 5);
    long second = send();
    long third = send();
    // Of two under way the later is acknowledged, and so is what is before it.
    acknowledge(third, 7);
    answers.close();
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(follower.nextIndex).isEqualTo(8);
    assertThat(second).isLessThan(third);
  }

  @Test
  void whoHasAnotherLogSaysFromWhereToGoOn() throws Exception {
    long first = send();
    answer(first, AppendResult.INCONSISTENCY, -1, 2);
    assertThat(follower.nextIndex).isEqualTo(2);
    acknowledge(send(), 2);
    assertThat(follower.nextIndex).isEqualTo(3);
  }

  @Test
  void whatHeSaysOfWhatWasForgottenChangesNothing() throws Exception {
    acknowledge(send(), 5);
    long second = send();
    long third = send();
    answer(second, AppendResult.INCONSISTENCY, -1, 3);
    assertThat(follower.nextIndex).isEqualTo(3);
    assertThat(exchange.isQuiet()).as("the third is under way").isFalse();
    long again = send();
    answer(third, AppendResult.INCONSISTENCY, -1, 3);
    assertThat(follower.nextIndex).isEqualTo(4);
    acknowledge(again, 3);
    assertThat(exchange.isQuiet()).isTrue();
  }

  @Test
  void aLaterTermIsTold() throws Exception {
    answers.send(
        Kind.REPLY,
        send(),
        AppendEntriesReplyProto.newBuilder().setResult(AppendResult.NOT_LEADER).setTerm(9).build());
    await().until(() -> follower.told.contains("term 9"));
  }

  @Test
  void aRequestThatFailedEndsTheConnection() throws Exception {
    answers.fail(send(), "not on disk yet");
    assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("lost");
    assertThat(follower.nextIndex).isEqualTo(5);
  }

  @Test
  void whatIsTooLongIsNotCountedAsSent() throws Exception {
    assertThat(exchange.next(leader, 1)).isNull();
    assertThat(follower.nextIndex).isEqualTo(5);
    assertThat(exchange.nextCall()).isZero();
    assertThat(exchange.hasEntries()).isFalse();
  }

  @Test
  void onAConnectionThatIsOverNothingIsSent() throws Exception {
    exchange.hangUp();
    assertThat(exchange.next(leader, ANY_LENGTH)).isNull();
    assertThat(heard).as("nobody need be told of what he did").isEmpty();
  }
}
