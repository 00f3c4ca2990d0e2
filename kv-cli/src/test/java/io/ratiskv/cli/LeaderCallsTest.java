package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.ratiskv.client.AccessDeniedException;
import io.ratiskv.client.RefusedException;
import io.ratiskv.client.UnavailableException;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.MemberList;
import io.ratiskv.protocol.v1.RemoveMemberRequest;
import io.ratiskv.protocol.v1.ServerStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderCallsTest {
  /** What the leader answers, in this order; then always that it isn't possible now. */
  private final BlockingQueue<Status> answers = new LinkedBlockingQueue<>();

  private Server server;

  @BeforeEach
  void start() throws IOException {
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Leader())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  @Test
  void whatWasUnknownIsNotTurnedIntoNotAppliedByALaterRefusal() {
    answers.addAll(List.of(Status.UNAVAILABLE, Status.ABORTED, Status.FAILED_PRECONDITION));
    assertUnknown();
  }

  private void assertUnknown() {
    assertThatThrownBy(this::remove)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.UNKNOWN));
  }

  @Test
  void aRefusalAloneIsTold() {
    answers.addAll(List.of(Status.ABORTED, Status.FAILED_PRECONDITION));
    assertThatThrownBy(this::remove).isInstanceOf(RefusedException.class);
  }

  @Test
  void whoMayNotAskIsToldAtOnce() {
    answers.addAll(List.of(Status.PERMISSION_DENIED, Status.OK));
    assertThatThrownBy(this::remove).isInstanceOf(AccessDeniedException.class);
    assertThat(answers).containsExactly(Status.OK);
  }

  @Test
  void anAnswerAfterAnUnknownOneCounts() {
    answers.addAll(List.of(Status.UNAVAILABLE, Status.OK));
    remove();
    assertThat(answers).isEmpty();
  }

  @Test
  void whatCostsTheClientsSomethingIsAskedOnce() {
    answers.addAll(List.of(Status.ABORTED, Status.OK));
    try (LeaderCalls calls = calls()) {
      assertThatThrownBy(() -> calls.askOnce((admin, leader) -> admin.removeMember(leader, "n1")))
          .isInstanceOf(UnavailableException.class);
    }
    assertThat(answers).containsExactly(Status.OK);
  }

  private void remove() {
    try (LeaderCalls calls = calls()) {
      calls.ask((admin, endpoint) -> admin.removeMember(endpoint, "n1"));
    }
  }

  private LeaderCalls calls() {
    return new LeaderCalls(List.of("127.0.0.1:" + server.getPort()), Duration.ofSeconds(30), null);
  }

  private final class Leader extends AdminGrpc.AdminImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<ServerStatus> out) {
      out.onNext(ServerStatus.newBuilder().setRole(ServerStatus.Role.LEADER).build());
      out.onCompleted();
    }

    @Override
    public void removeMember(RemoveMemberRequest request, StreamObserver<MemberList> out) {
      Status answer = answers.poll();
      if (answer != null && answer.isOk()) {
        out.onNext(MemberList.getDefaultInstance());
        out.onCompleted();
      } else {
        out.onError((answer == null ? Status.ABORTED : answer).asRuntimeException());
      }
    }
  }
}
