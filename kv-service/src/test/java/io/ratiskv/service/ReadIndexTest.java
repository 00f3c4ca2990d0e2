package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.junit.jupiter.api.Test;

/** A leader in term 7, which has committed up to 42, and asks the others. */
class ReadIndexTest {
  private static final long TERM = 7;
  private static final long COMMITTED = 42;

  /** What Ratis says here, by the name of the method. */
  private final Map<String, Object> ratis =
      new ConcurrentHashMap<>(
          Map.of(
              "getCurrentTerm",
              TERM,
              "isLeaderReady",
              true,
              "getTermIndex",
              TermIndex.valueOf(TERM, COMMITTED),
              "getPreviousPeers",
              List.of()));

  private final List<Long> told = new ArrayList<>();
  private ReadIndex.Voters.Answers answers = new Nobody();
  private Collection<RaftPeer> asked = List.of();

  @Test
  void aMajorityThatIsInNoLaterTermProvesIt() {
    prove(3);
    assertThat(asked).extracting(peer -> peer.getId().toString()).containsExactly("n2", "n3");
    assertThat(told).isEmpty();

    answers.answered(TERM);
    assertThat(told).containsExactly(COMMITTED);

    // It is told once, whatever the others say.
    answers.answered(TERM + 1);
    assertThat(told).hasSize(1);
  }

  @Test
  void oneThatIsBehindCounts() {
    prove(3);
    answers.answered(TERM - 2);
    assertThat(told).containsExactly(COMMITTED);
  }

  @Test
  void oneThatIsInALaterTermDisprovesIt() {
    prove(5);
    answers.answered(TERM);
    answers.answered(TERM + 1);
    answers.answered(TERM);
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
  }

  @Test
  void ofFiveTwoOthersMustAnswer() {
    prove(5);
    answers.answered(TERM);
    assertThat(told).isEmpty();
    answers.lost();
    answers.lost();
    assertThat(told).isEmpty();
    answers.answered(TERM);
    assertThat(told).containsExactly(COMMITTED);
  }

  @Test
  void ofTwoAndOfFourMoreThanHalf() {
    prove(2);
    answers.lost();
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);

    told.clear();
    prove(4);
    answers.answered(TERM);
    assertThat(told).isEmpty();
    answers.answered(TERM);
    assertThat(told).containsExactly(COMMITTED);
  }

  @Test
  void itEndsWhenTooFewAreLeft() {
    prove(3);
    answers.lost();
    assertThat(told).isEmpty();
    answers.lost();
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
  }

  @Test
  void whoIsAloneNeedsNobody() {
    prove(1);
    assertThat(told).containsExactly(COMMITTED);
    assertThat(asked).isEmpty();
  }

  @Test
  void nobodyIsAskedByOneThatHasNotCommittedInItsTerm() {
    ratis.put("isLeaderReady", false);
    prove(3);
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
    assertThat(asked).isEmpty();
  }

  /** Whatever it says of itself. */
  @Test
  void nobodyIsAskedInATermInWhichItHasCommittedNothing() {
    ratis.put("getTermIndex", TermIndex.valueOf(TERM - 1, COMMITTED));
    prove(3);
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
    assertThat(asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhereTheLogDoesNotHaveTheEntryAnyMore() {
    ratis.remove("getTermIndex");
    prove(3);
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
    assertThat(asked).isEmpty();
  }

  @Test
  void nobodyIsAskedWhileTheVotersAreBeingChanged() {
    ratis.put("getPreviousPeers", List.of(peer(1), peer(2)));
    prove(3);
    assertThat(told).containsExactly(ReadProver.NOT_PROVEN);
    assertThat(asked).isEmpty();
  }

  private void prove(int members) {
    List<RaftPeer> peers = new ArrayList<>();
    for (int i = 1; i <= members; i++) {
      peers.add(peer(i));
    }
    ratis.put("getCurrentPeers", peers);
    ratis.put("getPeer", peers.get(0));
    ratis.put("getId", RaftPeerId.valueOf("n1"));
    ratis.put("getLastCommittedIndex", COMMITTED);
    ratis.put("getInfo", saying(DivisionInfo.class));
    ratis.put("getRaftLog", saying(RaftLog.class));
    ratis.put("getRaftConf", saying(RaftConfiguration.class));
    ReadIndex.Voters voters =
        (others, listener) -> {
          asked = others;
          answers = listener;
        };
    new ReadIndex(saying(RaftServer.Division.class), voters).prove(told::add);
  }

  private static RaftPeer peer(int number) {
    return RaftPeer.newBuilder().setId("n" + number).setAddress("127.0.0.1:710" + number).build();
  }

  private <T> T saying(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                method.isDefault() && !ratis.containsKey(method.getName())
                    ? InvocationHandler.invokeDefault(self, method, arguments)
                    : ratis.get(method.getName())));
  }

  /** Where nobody was asked. */
  private static final class Nobody implements ReadIndex.Voters.Answers {
    @Override
    public void answered(long term) {
      throw new AssertionError("nobody was asked");
    }

    @Override
    public void lost() {
      throw new AssertionError("nobody was asked");
    }
  }
}
