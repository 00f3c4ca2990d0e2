package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.ratiskv.protocol.v1.ClusterMember;
import io.ratiskv.protocol.v1.MemberList;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.LeaderInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.raftlog.RaftLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A change of members that fails says truly whether it was done. */
class MembershipTest {
  private static final List<RaftPeer> PEERS = List.of(peer(1), peer(2), peer(3));

  private final FakeRaft raft = new FakeRaft();
  private final Committer committer = new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft);
  private Exception failure = new IOException("not set");
  private long committed = 10;
  private List<RaftPeer> previous = List.of();
  private String follower = "n2";

  @BeforeEach
  void start() {
    committer.start(raft);
  }

  @AfterEach
  void close() throws InterruptedException {
    committer.close(Duration.ofMillis(1));
  }

  @Test
  void aRemovalThatFailsAfterTheIdWasRetiredIsUnknown() throws Exception {
    for (Exception refusal :
        List.of(
            new ReconfigurationInProgressException("busy"),
            new SetConfigurationException("changed"))) {
      failure = refusal;
      CompletableFuture<MemberList> removal = membership().remove("n3");
      raft.apply(raft.next());
      raft.apply(raft.next());
      assertThat(code(removal)).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void aRetirementThatMayBeLoggedIsUnknown() throws Exception {
    CompletableFuture<MemberList> removal = membership().remove("n3");
    raft.apply(raft.next());
    raft.giveUp(raft.next());
    assertThat(code(removal)).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void aCommandThatIsNotLoggedChangesNothing() throws Exception {
    raft.handOfficeOn();
    assertThat(code(membership().remove("n3"))).isEqualTo(Status.Code.ABORTED);
  }

  @Test
  void anAdditionIsRefusedForCertainOnlyWhereRatisSaysSo() throws Exception {
    Map<Exception, Status.Code> codes =
        Map.of(
            new ReconfigurationInProgressException("busy"), Status.Code.ABORTED,
            new SetConfigurationException("changed"), Status.Code.FAILED_PRECONDITION,
            new LeaderSteppingDownException("n1"), Status.Code.UNAVAILABLE,
            new AlreadyClosedException("closed"), Status.Code.UNAVAILABLE,
            new IOException("closing"), Status.Code.UNAVAILABLE,
            new IllegalStateException("closing"), Status.Code.UNAVAILABLE);
    for (Map.Entry<Exception, Status.Code> entry : codes.entrySet()) {
      failure = entry.getKey();
      CompletableFuture<MemberList> addition = membership().add(member(4));
      raft.apply(raft.next());
      assertThat(code(addition)).as(failure.toString()).isEqualTo(entry.getValue());
    }
  }

  @Test
  void noIdIsRetiredWhileAChangeIsUnderWay() throws Exception {
    previous = PEERS;
    assertNotNow();
    previous = List.of();
    committed = 4;
    assertNotNow();
    committed = 10;
    follower = "n4";
    assertNotNow();
  }

  private void assertNotNow() throws Exception {
    CompletableFuture<MemberList> removal = membership().remove("n3");
    raft.apply(raft.next());
    assertThat(code(removal)).isEqualTo(Status.Code.ABORTED);
    assertThat(raft.nothingSubmitted()).isTrue();
  }

  @Test
  void aMemberWhoseIdIsRetiredIsStillFoundAmongTheMembers() throws Exception {
    CompletableFuture<MemberList> removal = membership().remove("n3");
    raft.apply(raft.next());
    raft.apply(raft.next());
    assertThat(code(removal)).isEqualTo(Status.Code.UNAVAILABLE);

    CompletableFuture<MemberList> addition = membership().add(member(3));
    raft.apply(raft.next());
    MemberList list = addition.get(10, TimeUnit.SECONDS);
    assertThat(list.getMembersCount()).isEqualTo(3);
    assertThat(list.getRetiredList()).containsExactly("n3");
  }

  private static Status.Code code(CompletableFuture<MemberList> answer) throws Exception {
    try {
      return answer.thenApply(done -> Status.Code.OK).get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return ((StatusRuntimeException) e.getCause()).getStatus().getCode();
    }
  }

  private static ClusterMember member(int i) {
    return ClusterMember.newBuilder()
        .setServer("n" + i)
        .setEndpoint("127.0.0.1:700" + i)
        .setRaftEndpoint("127.0.0.1:710" + i)
        .build();
  }

  private static RaftPeer peer(int i) {
    return RaftPeer.newBuilder()
        .setId("n" + i)
        .setClientAddress("127.0.0.1:700" + i)
        .setAddress("127.0.0.1:710" + i)
        .build();
  }

  private Membership membership() {
    RaftServer.Division division =
        answering(
            RaftServer.Division.class,
            Map.of(
                "getId", RaftPeerId.valueOf("n1"),
                "getGroup", RaftGroup.valueOf(RaftGroupId.randomId(), PEERS),
                "getRaftLog", answering(RaftLog.class, Map.of("getLastCommittedIndex", committed)),
                "getInfo", answering(DivisionInfo.class, Map.of("getRoleInfoProto", role())),
                "getRaftConf", answering(RaftConfiguration.class, configuration())));
    RaftServer server =
        answering(
            RaftServer.class,
            Map.of("getId", RaftPeerId.valueOf("n1"), "setConfigurationAsync", failure));
    return new Membership(new RaftMembers(server, division), raft, committer, () -> 0);
  }

  private Map<String, Object> configuration() {
    return Map.of("getCurrentPeers", PEERS, "getPreviousPeers", previous, "getLogEntryIndex", 5L);
  }

  private RoleInfoProto role() {
    LeaderInfoProto.Builder leader = LeaderInfoProto.newBuilder();
    for (String id : List.of("n2", "n3", follower)) {
      leader.addFollowerInfo(
          ServerRpcProto.newBuilder()
              .setId(RaftPeerProto.newBuilder().setId(RaftPeerId.valueOf(id).toByteString()))
              .setLastRpcElapsedTimeMs(-1));
    }
    return RoleInfoProto.newBuilder().setLeaderInfo(leader).build();
  }

  /** Answers each method by its name; with an exception, by throwing it. */
  private static <T> T answering(Class<T> type, Map<String, Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Object answer = answers.get(method.getName());
              if (answer instanceof Exception e) {
                throw e;
              }
              if (method.getName().equals("getPeer")) {
                return PEERS.stream()
                    .filter(peer -> peer.getId().equals(arguments[0]))
                    .findAny()
                    .orElse(null);
              }
              if (answer == null) {
                throw new AssertionError("no answer to " + method);
              }
              return answer;
            }));
  }
}
