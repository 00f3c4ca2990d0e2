package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Command;
import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.statemachine.core.EntryListener;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionWatchTest {
  private static final long TTL = Limits.DEFAULT_SESSION_TTL_MILLIS * 1_000_000;

  private final FakeRaft raft = new FakeRaft();
  private final OpenSessions open = new OpenSessions();
  private final FakeCall call = new FakeCall();
  private final ClientStream stream = new ClientStream(call, 10, open, RequestMetrics.unseen());
  private final Committer committer = new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft);
  private long now;
  private final SessionWatch watch =
      new SessionWatch(raft, raft::state, open, committer, () -> now);
  private long index;

  @BeforeEach
  void openASession() {
    committer.start(raft);
    contact();
    watch.look();
  }

  @AfterEach
  void close() throws InterruptedException {
    committer.close(Duration.ofMillis(1));
  }

  @Test
  void aSessionThatIsSilentForLongerThanItsTimeIsProposedToEnd() throws Exception {
    now = TTL;
    watch.look();
    assertThat(raft.nothingSubmitted()).as("not before its time").isTrue();

    now = TTL + 1;
    watch.look();

    Command expire = raft.next().entry().getCommands(0);
    assertThat(expire.getExpire().getSession()).isEqualTo(1);
    assertThat(expire.getExpire().getLastIndex()).isEqualTo(1);
  }

  @Test
  void whatIsAppliedOfItGivesItTimeAgain() {
    now = TTL;
    contact();
    watch.look();

    now = 2 * TTL;
    watch.look();

    assertThat(raft.nothingSubmitted()).isTrue();
  }

  @Test
  void anOpenStreamIsAWord() {
    stream.speaksFor(1, "");
    now = 10 * TTL;
    watch.look();
    now = 11 * TTL;
    watch.look();

    assertThat(raft.nothingSubmitted()).isTrue();
  }

  @Test
  void theWordOfAnotherPrincipalIsNone() throws Exception {
    // The session may have been opened after he named it.
    stream.speaksFor(1, "client/another");
    now = TTL + 1;
    watch.look();

    assertThat(raft.next().entry().getCommands(0).getExpire().getSession()).isEqualTo(1);
  }

  @Test
  void aNewLeaderGivesEveryoneTheFullTime() throws Exception {
    raft.loseOffice();
    now = 10 * TTL;
    watch.look();
    raft.winOffice();
    watch.look();
    assertThat(raft.nothingSubmitted()).isTrue();

    now += TTL + 1;
    watch.look();

    assertThat(raft.next().entry().getCommands(0).hasExpire()).isTrue();
  }

  @Test
  void whoLosesOfficeTellsItsClientsWhereToGo() {
    stream.speaksFor(1, "");

    raft.loseOffice();
    watch.look();
    watch.look();

    assertThat(call.sent()).hasSize(1);
    assertThat(call.sent().get(0).getRefusal().getCode()).isEqualTo(Code.NOT_LEADER);
    assertThat(call.sent().get(0).getRefusal().getLeader().getServer()).isEqualTo("n2");
  }

  /** The session is opened, or opened again. */
  private void contact() {
    LogEntry entry =
        LogEntry.newBuilder()
            .setFormat(1)
            .addCommands(
                Command.newBuilder()
                    .setOpen(
                        OpenSession.newBuilder()
                            .setNonce(ByteString.copyFromUtf8("0123456789abcdef"))))
            .build();
    raft.state().apply(++index, entry.toByteArray(), EntryListener.NONE);
  }
}
