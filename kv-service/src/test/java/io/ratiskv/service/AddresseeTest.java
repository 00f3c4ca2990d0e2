package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server takes from others: what is for it, and not for whoever was at its place before. */
class AddresseeTest {
  private final List<String> taken = new ArrayList<>();
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    server =
        NettyServerBuilder.forPort(0)
            .intercept(new Addressee("n1-2"))
            .addService(
                new RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase() {
                  @Override
                  public void requestVote(
                      RequestVoteRequestProto request, StreamObserver<RequestVoteReplyProto> out) {
                    taken.add(request.getServerRequest().getReplyId().toStringUtf8());
                    out.onNext(RequestVoteReplyProto.getDefaultInstance());
                    out.onCompleted();
                  }
                })
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void itsOwn() {
    requestVote("n1-2");
    assertThat(taken).containsExactly("n1-2");
  }

  @Test
  void notThatOfTheServerBefore() {
    assertThatThrownBy(() -> requestVote("n1"))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("this is n1-2, not n1");
    assertThat(taken).isEmpty();
  }

  private void requestVote(String of) {
    RaftRpcRequestProto.Builder request =
        RaftRpcRequestProto.newBuilder().setReplyId(ByteString.copyFromUtf8(of));
    var unused =
        RaftServerProtocolServiceGrpc.newBlockingStub(channel)
            .requestVote(RequestVoteRequestProto.newBuilder().setServerRequest(request).build());
  }
}
