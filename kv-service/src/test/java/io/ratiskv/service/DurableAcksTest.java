package io.ratiskv.service;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcReplyProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.Server;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a follower tells the leader about its disk, whatever Ratis has it say. */
class DurableAcksTest {
  private static final long FLUSHED = 7;
  private static final long CALL = 99;

  private final AtomicLong flushed = new AtomicLong(FLUSHED);
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private Server server;
  private ManagedChannel channel;
  private StreamObserver<AppendEntriesReplyProto> follower = new Heard();

  @BeforeEach
  void start() throws Exception {
    BlockingQueue<StreamObserver<AppendEntriesReplyProto>> streams = new LinkedBlockingQueue<>();
    server = follower(streams);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
    var unused = RaftServerProtocolServiceGrpc.newStub(channel).appendEntries(new Heard());
    follower = requireNonNull(streams.poll(10, TimeUnit.SECONDS));
  }

  private Server follower(BlockingQueue<StreamObserver<AppendEntriesReplyProto>> streams)
      throws IOException {
    DurableAcks acks = new DurableAcks();
    acks.guard(flushed::get);
    return NettyServerBuilder.forPort(0)
        .intercept(acks)
        .addService(
            new RaftServerProtocolServiceGrpc.RaftServerProtocolServiceImplBase() {
              @Override
              public StreamObserver<AppendEntriesRequestProto> appendEntries(
                  StreamObserver<AppendEntriesReplyProto> replies) {
                streams.add(replies);
                return new Ignored();
              }
            })
        .build()
        .start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  @Test
  void whatIsOnDiskIsAcknowledged() throws InterruptedException {
    AppendEntriesReplyProto reply = reply(AppendResult.SUCCESS, FLUSHED, false);
    follower.onNext(reply);
    assertThat(next()).isEqualTo(reply);
  }

  @Test
  void whatStillWaitsToBeWrittenIsNot() throws InterruptedException {
    follower.onNext(reply(AppendResult.SUCCESS, FLUSHED + 1, false));
    // By its call the leader knows from which entry on to send again.
    assertThat(next()).isEqualTo(Status.Code.ABORTED + " of call " + CALL);
    // What Ratis goes on saying on that stream does no harm.
    follower.onNext(reply(AppendResult.SUCCESS, FLUSHED, false));
    follower.onCompleted();
    assertThat(heard).isEmpty();
  }

  @Test
  void onceItIsWrittenItIs() throws InterruptedException {
    flushed.set(FLUSHED + 1);
    AppendEntriesReplyProto reply = reply(AppendResult.SUCCESS, FLUSHED + 1, false);
    follower.onNext(reply);
    assertThat(next()).isEqualTo(reply);
  }

  @Test
  void aHeartbeatOrARefusalAcknowledgesNothing() throws InterruptedException {
    AppendEntriesReplyProto heartbeat = reply(AppendResult.SUCCESS, FLUSHED + 1, true);
    AppendEntriesReplyProto refusal = reply(AppendResult.INCONSISTENCY, FLUSHED + 1, false);
    follower.onNext(heartbeat);
    follower.onNext(refusal);
    assertThat(next()).isEqualTo(heartbeat);
    assertThat(next()).isEqualTo(refusal);
  }

  private Object next() throws InterruptedException {
    return requireNonNull(heard.poll(10, TimeUnit.SECONDS), "the leader heard nothing");
  }

  private static String call(Throwable failure) {
    Metadata trailers = requireNonNull(Status.trailersFromThrowable(failure));
    return requireNonNull(trailers.get(GrpcUtil.CALL_ID));
  }

  private static AppendEntriesReplyProto reply(AppendResult result, long index, boolean heartbeat) {
    return AppendEntriesReplyProto.newBuilder()
        .setResult(result)
        .setMatchIndex(index)
        .setIsHearbeat(heartbeat)
        .setServerReply(RaftRpcReplyProto.newBuilder().setCallId(CALL))
        .build();
  }

  private final class Heard implements StreamObserver<AppendEntriesReplyProto> {
    @Override
    public void onNext(AppendEntriesReplyProto reply) {
      heard.add(reply);
    }

    @Override
    public void onError(Throwable failure) {
      heard.add(Status.fromThrowable(failure).getCode() + " of call " + call(failure));
    }

    @Override
    public void onCompleted() {}
  }

  private static final class Ignored implements StreamObserver<AppendEntriesRequestProto> {
    @Override
    public void onNext(AppendEntriesRequestProto request) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
