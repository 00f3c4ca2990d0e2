package io.ratiskv.service.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.protocol.TermIndex;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who stands for election once the leader n1 has ended: n2, which is tested, or n3. */
class SuccessionTest {
  private static final RaftPeerId N1 = RaftPeerId.valueOf("n1");
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final RaftGroupId GROUP = RaftGroupId.valueOf(new UUID(1, 1));

  private final FakeRatis n2 = new FakeRatis("n2");
  private final FakeRatis n3 = new FakeRatis("n3");
  private final Dialer dialer = new Dialer(() -> RaftPeerId.valueOf("n2"), null);
  private ServerSocket leader;
  private Listener listener;
  private boolean hears = true;

  /** The leader's place is still taken; n2 and n3 have all that it sent. */
  @BeforeEach
  void follow() throws IOException {
    leader = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    RaftPort port =
        new RaftPort(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null, other -> true);
    listener = new Listener(n3.server(), port, new Succession(n3.server(), dialer, other -> false));
    listener.start();
    know(0);
    n2.leader = "n1";
    n2.last = TermIndex.valueOf(5, 10);
    n3.last = TermIndex.valueOf(5, 10);
  }

  private void know(int priorityOfN3) {
    n2.members =
        List.of(
            peer("n1", leader.getLocalPort(), 0),
            peer("n2", 1, 0),
            peer("n3", listener.address().getPort(), priorityOfN3));
    n2.members.forEach(dialer::know);
  }

  private static RaftPeer peer(String id, int port, int priority) {
    return RaftPeer.newBuilder()
        .setId(id)
        .setAddress("127.0.0.1:" + port)
        .setPriority(priority)
        .build();
  }

  @AfterEach
  void end() throws IOException {
    leader.close();
    listener.close();
  }

  /** The connection ends, as n2 sees it. */
  private void connectionEnds() {
    new Succession(n2.server(), dialer, other -> hears, PATIENCE).ended(N1, GROUP);
  }

  private void leaderEnds() throws IOException {
    leader.close();
    connectionEnds();
  }

  private void leavesItToN3() {
    assertThat(n3.votes).as("asked").hasSize(1);
    assertThat(n2.elections).isEmpty();
  }

  @Test
  void whoeverHasMoreOfTheLogStandsAsIfTheLeaderHadHandedOver() throws IOException {
    n3.last = TermIndex.valueOf(5, 9);
    leaderEnds();
    StartLeaderElectionRequestProto election = n2.elections.remove();
    assertThat(election.getServerRequest().getRequestorId().toStringUtf8()).isEqualTo("n1");
    assertThat(election.getServerRequest().getReplyId().toStringUtf8()).isEqualTo("n2");
    assertThat(TermIndex.valueOf(election.getLeaderLastEntry())).isEqualTo(n2.last);
    assertThat(n3.votes).as("asked, and for no vote").allMatch(vote -> vote.getPreVote());
  }

  @Test
  void whoeverHasLessLeavesItToTheOther() throws IOException {
    n3.last = TermIndex.valueOf(5, 11);
    leaderEnds();
    leavesItToN3();
  }

  @Test
  void anEntryOfALaterTermIsMore() throws IOException {
    n3.last = TermIndex.valueOf(6, 2);
    leaderEnds();
    leavesItToN3();
  }

  @Test
  void ofTwoWithAsMuchTheFirstByNameStands() throws IOException {
    leaderEnds();
    assertThat(n2.elections).hasSize(1);
  }

  @Test
  void ofTwoWithAsMuchTheOneOfHigherPriorityStands() throws IOException {
    know(1);
    leaderEnds();
    leavesItToN3();
  }

  @Test
  void whoeverHasASnapshotInPlaceOfALogStands() throws IOException {
    n2.snapshot = n2.last;
    n2.last = null;
    leaderEnds();
    assertThat(TermIndex.valueOf(n2.elections.remove().getLeaderLastEntry()))
        .isEqualTo(n2.snapshot);
  }

  @Test
  void nobodyStandsWhereAnElectionIsUnderWay() throws IOException {
    n3.term = 6;
    leaderEnds();
    leavesItToN3();
  }

  @Test
  void nobodyStandsWhereTheLeaderStillListens() {
    connectionEnds();
    assertThat(n2.elections).isEmpty();
    assertThat(n3.votes).isEmpty();
  }

  @Test
  void nobodyStandsWithoutAMajority() throws IOException {
    listener.close();
    leaderEnds();
    assertThat(n2.elections).isEmpty();
  }

  @Test
  void nobodyStandsWhileTheMembersChange() throws IOException {
    n2.previousMembers = List.of(peer("n1", 1, 0));
    leaderEnds();
    assertThat(n2.elections).isEmpty();
  }

  @Test
  void whoeverFollowsAnotherAlreadyStays() throws IOException {
    n2.leader = "n3";
    leaderEnds();
    assertThat(n2.elections).isEmpty();
  }

  @Test
  void whoeverHearsNobodyAnyMoreDoesNotStand() throws IOException {
    hears = false;
    leaderEnds();
    assertThat(n2.elections).isEmpty();
  }
}
