package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.Timestamp;
import org.junit.jupiter.api.Test;

class PendingAppendsTest {
  private final PendingAppends pending = new PendingAppends();
  private long call;

  private void sendEntries(long firstIndex) {
    pending.add(call++, new PendingAppends.Sent(firstIndex, Timestamp.currentTime()));
  }

  private void sendHeartbeat() {
    sendEntries(RaftLog.INVALID_LOG_INDEX);
  }

  @Test
  void entriesWaitForTheFirstAnswerOfAConnection() {
    sendHeartbeat();
    assertThat(pending.isFull()).isFalse();
    sendEntries(5);
    assertThat(pending.isFull()).isTrue();
    // A heartbeat's answer will do: the follower is there.
    pending.answered(0);
    assertThat(pending.isFull()).isFalse();

    pending.reset();
    sendEntries(5);
    assertThat(pending.isFull()).isTrue();
  }

  @Test
  void afterThatABoundedNumberIsUnderWay() {
    sendHeartbeat();
    pending.answered(0);
    for (int i = 0; i < PendingAppends.MAX_WITH_ENTRIES; i++) {
      assertThat(pending.isFull()).isFalse();
      sendEntries(i);
      sendHeartbeat();
    }
    assertThat(pending.isFull()).isTrue();
    pending.answered(1);
    assertThat(pending.isFull()).isFalse();
  }

  @Test
  void whatIsSentAgainBeginsAtTheLowest() {
    assertThat(pending.firstIndex()).isEmpty();
    sendHeartbeat();
    sendEntries(5);
    sendEntries(8);
    assertThat(pending.firstIndex()).hasValue(5);
    pending.answered(1);
    assertThat(pending.firstIndex()).hasValue(8);
    assertThat(pending.hasEntries()).isTrue();
    pending.forget();
    assertThat(pending.firstIndex()).isEmpty();
    assertThat(pending.hasEntries()).isFalse();
  }

  @Test
  void itIsQuietOnceAllIsAnsweredAndSomethingWas() {
    assertThat(pending.isQuiet()).as("before the first answer").isFalse();
    sendEntries(5);
    sendHeartbeat();
    pending.answered(0);
    assertThat(pending.isQuiet()).as("beside a heartbeat").isFalse();
    pending.answered(1);
    assertThat(pending.isQuiet()).isTrue();
    sendEntries(6);
    assertThat(pending.isQuiet()).isFalse();
    pending.forget();
    assertThat(pending.isQuiet()).as("beside what was forgotten").isFalse();
    pending.answered(2);
    assertThat(pending.isQuiet()).isTrue();
    pending.reset();
    assertThat(pending.isQuiet()).as("on a new connection").isFalse();
  }

  @Test
  void anAnswerToWhatIsForgottenIsNothing() {
    sendEntries(5);
    pending.forget();
    assertThat(pending.answered(0)).isNull();
    assertThat(pending.hasEntries()).isFalse();
  }
}
