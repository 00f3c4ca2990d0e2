package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.AdminGrpc;
import io.ratiskv.protocol.v1.GetStatusRequest;
import io.ratiskv.protocol.v1.ServerStatus;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FirstLeaderTest {
  private Server leader;

  @BeforeEach
  void start() throws IOException {
    leader =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(new Leader())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    leader.shutdownNow();
  }

  @Test
  void isFoundWhileAServerThatTheMajorityDidNotNeedDoesNotListenYet() {
    String late = "127.0.0.1:" + FreePorts.take(1).get(0);
    assertThat(FirstLeader.name(List.of(late, "127.0.0.1:" + leader.getPort()))).isEqualTo("n2");
  }

  private static final class Leader extends AdminGrpc.AdminImplBase {
    @Override
    public void getStatus(GetStatusRequest request, StreamObserver<ServerStatus> answer) {
      answer.onNext(
          ServerStatus.newBuilder().setRole(ServerStatus.Role.LEADER).setLeader("n2").build());
      answer.onCompleted();
    }
  }
}
