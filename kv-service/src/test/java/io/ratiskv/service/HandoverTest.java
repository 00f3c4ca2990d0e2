package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.ratis.proto.RaftProtos.LeaderInfoProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the leader n1 asks of Ratis where n2 answers and n3 has been silent. */
class HandoverTest {
  private static final RaftPeerId N1 = RaftPeerId.valueOf("n1");
  private static final List<RaftPeer> MEMBERS = List.of(peer("n1"), peer("n2"), peer("n3"));

  private final List<TransferLeadershipRequest> asked = new ArrayList<>();

  /** Of Ratis's answer to the first request; null: it did as it was asked. */
  private @Nullable TransferLeadershipException failure;

  private final Handover handover = new Handover(server(), division(), new FakeRaft());

  @Test
  void whoIsThereIsAskedToLead() {
    handover.to("n2").join();
    assertThat(asked)
        .extracting(request -> request.getNewLeader().toString())
        .containsExactly("n2");
  }

  @Test
  void whoDoesNotAnswerIsNotAskedToLead() {
    assertThatThrownBy(() -> handover.to("n3"))
        .satisfies(
            e ->
                assertThat(Status.fromThrowable(e).getCode())
                    .isEqualTo(Status.Code.FAILED_PRECONDITION))
        .hasMessageContaining("n3 doesn't answer");
    assertThat(asked).isEmpty();
  }

  @Test
  void aTransferThatCouldNotBeginIsEndedBySteppingDown() {
    failure =
        new TransferLeadershipException(
            "n1@group: Failed to transfer leadership to n2 (the current leader is n1):"
                + " COMPLETED_EXCEPTIONALLY: Failed to startLeaderElection");
    assertNotDone();
    assertThat(asked).hasSize(2);
    assertThat(asked.get(1).getNewLeader()).isNull();
  }

  @Test
  void whereRatisRefusesToBeginTheLeaderGoesOn() {
    failure =
        new TransferLeadershipException(
            "n1@group refused to transfer leadership to peer n2 when raft reconfiguration in progress.");
    assertNotDone();
    assertThat(asked).hasSize(1);
  }

  private void assertNotDone() {
    assertThatThrownBy(() -> handover.to("n2").join())
        .isInstanceOf(CompletionException.class)
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.ABORTED));
  }

  private RaftServer server() {
    return fake(
        RaftServer.class,
        call ->
            switch (call.name()) {
              case "getId" -> N1;
              case "transferLeadershipAsync" ->
                  answer((TransferLeadershipRequest) call.arguments().get(0));
              default -> null;
            });
  }

  private CompletableFuture<RaftClientReply> answer(TransferLeadershipRequest request) {
    RaftClientReply.Builder reply = RaftClientReply.newBuilder().setRequest(request);
    boolean fails = asked.isEmpty() && failure != null;
    asked.add(request);
    return CompletableFuture.completedFuture(
        fails ? reply.setException(failure).build() : reply.setSuccess().build());
  }

  private static RaftServer.Division division() {
    RaftConfiguration configuration =
        fake(
            RaftConfiguration.class,
            call ->
                MEMBERS.stream()
                    .filter(peer -> peer.getId().equals(call.arguments().get(0)))
                    .findFirst()
                    .orElse(null));
    DivisionInfo info = fake(DivisionInfo.class, call -> role());
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.randomId(), MEMBERS);
    return fake(
        RaftServer.Division.class,
        call ->
            switch (call.name()) {
              case "getRaftConf" -> configuration;
              case "getInfo" -> info;
              case "getGroup" -> group;
              case "getCommitInfos" -> List.of();
              default -> null;
            });
  }

  private static RoleInfoProto role() {
    return RoleInfoProto.newBuilder()
        .setLeaderInfo(
            LeaderInfoProto.newBuilder()
                .addFollowerInfo(follower("n2", 100))
                .addFollowerInfo(follower("n3", 5000)))
        .build();
  }

  private static ServerRpcProto follower(String id, long silentMillis) {
    return ServerRpcProto.newBuilder()
        .setId(RaftPeerProto.newBuilder().setId(RaftPeerId.valueOf(id).toByteString()))
        .setLastRpcElapsedTimeMs(silentMillis)
        .build();
  }

  private static RaftPeer peer(String id) {
    return RaftPeer.newBuilder().setId(id).build();
  }

  private record Asked(String name, List<Object> arguments) {}

  private static <T> T fake(Class<T> type, Function<Asked, @Nullable Object> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                answers.apply(
                    new Asked(
                        method.getName(), arguments == null ? List.of() : List.of(arguments)))));
  }
}
