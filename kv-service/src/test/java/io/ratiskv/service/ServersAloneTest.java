package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.Test;

class ServersAloneTest {
  @Test
  void letsServersSpeakAndNobodyElse() throws IOException {
    Server server =
        NettyServerBuilder.forPort(0)
            .intercept(new ServersAlone())
            .addService(new AdminProtocolServiceGrpc.AdminProtocolServiceImplBase() {})
            .addService(
                new RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase() {
                  @Override
                  public void requestVote(
                      RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> out) {
                    out.onNext(RequestVoteReplyProto.newBuilder().setTerm(7).build());
                    out.onCompleted();
                  }
                })
            .build()
            .start();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    try {
      assertThat(
              RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                  .requestVote(RequestVoteRequestProto.getDefaultInstance())
                  .getTerm())
          .isEqualTo(7);
      assertThatThrownBy(
              () ->
                  AdminProtocolServiceGrpc.newBlockingStub(channel)
                      .groupList(GroupListRequestProto.getDefaultInstance()))
          .hasMessageContaining("PERMISSION_DENIED: this port is for servers alone");
    } finally {
      channel.shutdownNow();
      server.shutdownNow();
    }
  }
}
