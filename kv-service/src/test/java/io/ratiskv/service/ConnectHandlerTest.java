package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Hello;
import io.ratiskv.protocol.v1.OpenSession;
import io.ratiskv.protocol.v1.Read;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which thread hands a client's requests to Raft. */
class ConnectHandlerTest {
  private final FakeRaft raft = new FakeRaft();
  private final FakeCall call = new FakeCall();
  private final Committer committer = new Committer(ServiceLimits.DEFAULT, raft, raft, raft, raft);

  @BeforeEach
  void start() {
    raft.provesReads();
    committer.start(raft);
  }

  @AfterEach
  void close() throws InterruptedException {
    committer.close(Duration.ofMillis(1));
  }

  @Test
  void aWriteIsSubmittedByTheThreadThatBringsIt() throws Exception {
    greeted().onNext(open());

    raft.next();
    assertThat(raft.submitter()).isSameAs(Thread.currentThread());
  }

  /** It holds the stream's lock, which who holds Raft's may want to refuse what is under way. */
  @Test
  void butNotInTheMiddleOfAnAnswerThatLetsItIn() throws Exception {
    StreamObserver<ClientMessage> handler = greeted();
    handler.onNext(read());
    call.whenRequested(() -> handler.onNext(open()));

    raft.nextProof().accept(0);

    assertThat(raft.next().entry().getCommandsCount()).isEqualTo(1);
    assertThat(raft.submitter()).isNotSameAs(Thread.currentThread());
  }

  /** Takes one request at a time. */
  private StreamObserver<ClientMessage> greeted() {
    Streams streams =
        new Streams(
            new ConnectHandler.Identity("c", "n1"),
            raft,
            committer,
            raft::state,
            new OpenSessions(),
            RequestMetrics.unseen(),
            1,
            null);
    StreamObserver<ClientMessage> handler = streams.connect(call);
    handler.onNext(
        ClientMessage.newBuilder().setHello(Hello.newBuilder().setProtocolVersion(1)).build());
    return handler;
  }

  private static ClientMessage open() {
    return ClientMessage.newBuilder()
        .setOpen(OpenSession.newBuilder().setNonce(ByteString.copyFrom(new byte[16])))
        .build();
  }

  private static ClientMessage read() {
    return ClientMessage.newBuilder()
        .setRead(Read.newBuilder().setId(1).addKeys(ByteString.copyFromUtf8("k")))
        .build();
  }
}
