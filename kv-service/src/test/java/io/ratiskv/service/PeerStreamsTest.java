package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.ratiskv.protocol.v1.PeerGrpc;
import io.ratiskv.protocol.v1.TermAnswer;
import io.ratiskv.protocol.v1.TermQuestion;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** n1 asks n2, over a real connection. */
class PeerStreamsTest {
  private static final RaftGroupId GROUP = RaftGroupId.randomId();

  private final List<Long> terms = new CopyOnWriteArrayList<>();
  private final List<String> lost = new CopyOnWriteArrayList<>();
  private volatile long term = 7;
  private volatile boolean hears = true;
  private Server server;
  private int port;
  private final PeerStreams streams =
      new PeerStreams(division("n1", GROUP), peer -> "127.0.0.1:" + port, null, other -> hears);

  @BeforeEach
  void start() throws IOException {
    server = listen(0, new PeerHandler(division("n2", GROUP), other -> other.equals("n1")));
    port = server.getPort();
  }

  @AfterEach
  void stop() throws InterruptedException {
    streams.close();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private static Server listen(int port, BindableService service) throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .directExecutor()
        .addService(service)
        .build()
        .start();
  }

  @Test
  void eachAnswerIsOfAfterItsQuestion() {
    ask("n2");
    await().until(() -> terms.size() == 1);
    term = 8;
    ask("n2");
    await().until(() -> terms.size() == 2);

    assertThat(terms).containsExactly(7L, 8L);
    assertThat(lost).isEmpty();
  }

  @Test
  void aServerThatIsGoneIsAskedAgainWhenItIsBack() throws Exception {
    ask("n2");
    await().until(() -> terms.size() == 1);
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    await()
        .until(
            () -> {
              ask("n2");
              return !lost.isEmpty();
            });

    server = listen(port, new PeerHandler(division("n2", GROUP), other -> true));
    await()
        .until(
            () -> {
              ask("n2");
              return terms.size() > 1;
            });
  }

  @Test
  void oneThatDoesNotAnswerIsNotHeapedWithQuestions() throws Exception {
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server = listen(port, new Silent());

    for (int i = 0; i < 20; i++) {
      ask("n2");
    }
    assertThat(lost).hasSize(4);

    // When it ends, the others are lost too.
    server.shutdownNow();
    await().until(() -> lost.size() == 20);
  }

  @Test
  void anotherServerOrGroupDoesNotAnswer() {
    ask("n3");
    await().until(() -> lost.size() == 1);

    try (PeerStreams strangers =
        new PeerStreams(
            division("n1", RaftGroupId.randomId()),
            peer -> "127.0.0.1:" + port,
            null,
            any -> true)) {
      strangers.ask(List.of(peer("n2")), answers());
      await().until(() -> lost.size() == 2);
    }
    assertThat(terms).isEmpty();
  }

  @Test
  void whoIsCutOffNeitherHearsNorIsHeard() {
    hears = false;
    ask("n2");
    await().until(() -> lost.size() == 1);

    try (PeerStreams deaf =
        new PeerStreams(division("n4", GROUP), peer -> "127.0.0.1:" + port, null, any -> true)) {
      deaf.ask(List.of(peer("n2")), answers());
      await().until(() -> lost.size() == 2);
    }
    assertThat(terms).isEmpty();
  }

  @Test
  void oneWithoutAnEndpointCostsTheOthersNothing() {
    Map<String, String> endpoints = Map.of("n2", "127.0.0.1:" + port, "n4", "bad://\u0000 :x");
    try (PeerStreams some =
        new PeerStreams(
            division("n1", GROUP), peer -> endpoint(endpoints, peer), null, any -> true)) {
      some.ask(List.of(peer("n3"), peer("n4"), peer("n5"), peer("n2")), answers());
      assertThat(lost).as("n3 has none, n4's is none, n5's is looked up in vain").hasSize(3);
      await().until(() -> terms.size() == 1);
    }
  }

  private static String endpoint(Map<String, String> endpoints, RaftPeer peer) {
    if (peer.getId().toString().equals("n5")) {
      throw new IllegalStateException("n5 is unknown");
    }
    return endpoints.get(peer.getId().toString());
  }

  @Test
  void aQuestionThatCannotBeSentIsLostAndTheNextGoesOut() {
    AtomicLong clock = new AtomicLong();
    PeerStream stream = stream(new FirstFails(() -> {}), clock);
    stream.ask(answers());
    assertThat(lost).hasSize(1);

    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    stream.ask(answers());
    await().until(() -> terms.size() == 1);
    assertThat(lost).hasSize(1);
    stream.close();
  }

  /** It would be from before the reads came, and prove nothing for them. */
  @Test
  void theAnswerToOneThatWasGivenUpIsNotTheNexts() throws Exception {
    Silent silent = new Silent();
    server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    server = listen(port, silent);
    AtomicLong clock = new AtomicLong();
    PeerStream stream = stream(new FirstFails(() -> silent.awaitQuestions(1)), clock);
    stream.ask(answers());
    assertThat(lost).hasSize(1);

    clock.addAndGet(TimeUnit.SECONDS.toNanos(1));
    stream.ask(answers());
    silent.awaitQuestions(2);
    silent.answer(0, 7);
    silent.answer(1, 8);
    await().until(() -> !terms.isEmpty());
    assertThat(terms).containsExactly(8L);
    stream.close();
  }

  private PeerStream stream(ClientInterceptor interceptor, AtomicLong clock) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("127.0.0.1:" + port)
            .directExecutor()
            .usePlaintext()
            .intercept(interceptor)
            .build();
    return new PeerStream(division("n1", GROUP), "n2", "any", channel, any -> true, clock::get);
  }

  @Test
  void anAnswerThatCannotBeTakenIsLost() {
    try (PeerStreams failing =
        new PeerStreams(
            division("n1", GROUP),
            peer -> "127.0.0.1:" + port,
            null,
            any -> {
              throw new IllegalStateException("who knows");
            })) {
      failing.ask(List.of(peer("n2")), answers());
      await().until(() -> lost.size() == 1);
    }
    assertThat(terms).isEmpty();
  }

  @Test
  void atTheEndNothingIsAsked() {
    streams.close();
    ask("n2");
    assertThat(lost).hasSize(1);
  }

  private void ask(String id) {
    streams.ask(List.of(peer(id)), answers());
  }

  private ReadIndex.Voters.Answers answers() {
    return new ReadIndex.Voters.Answers() {
      @Override
      public void answered(long answer) {
        terms.add(answer);
      }

      @Override
      public void lost() {
        lost.add("lost");
      }
    };
  }

  private static RaftPeer peer(String id) {
    return RaftPeer.newBuilder().setId(id).setAddress("127.0.0.1:1").build();
  }

  private RaftServer.Division division(String id, RaftGroupId group) {
    return saying(
        RaftServer.Division.class,
        () ->
            Map.of(
                "getId", RaftPeerId.valueOf(id),
                "getGroup", RaftGroup.valueOf(group),
                "getInfo", saying(DivisionInfo.class, () -> Map.of("getCurrentTerm", term))));
  }

  private static <T> T saying(Class<T> type, Supplier<Map<String, Object>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answers.get().get(method.getName())));
  }

  /** Takes questions, and says nothing before the test does. */
  private static final class Silent extends PeerGrpc.PeerImplBase {
    /** Where the answer to each question goes. */
    private final List<StreamObserver<TermAnswer>> questions = new CopyOnWriteArrayList<>();

    void awaitQuestions(int count) {
      await().until(() -> questions.size() == count);
    }

    void answer(int question, long term) {
      questions.get(question).onNext(TermAnswer.newBuilder().setTerm(term).build());
    }

    @Override
    public StreamObserver<TermQuestion> askTerm(StreamObserver<TermAnswer> out) {
      // Else an answer fails that goes nowhere.
      ((ServerCallStreamObserver<TermAnswer>) out).setOnCancelHandler(() -> {});
      return new StreamObserver<>() {
        @Override
        public void onNext(TermQuestion question) {
          questions.add(out);
        }

        @Override
        public void onError(Throwable cause) {}

        @Override
        public void onCompleted() {}
      };
    }
  }

  /** The first message goes out, something is done, and then it fails. */
  private record FirstFails(Runnable sent, AtomicBoolean failed) implements ClientInterceptor {
    FirstFails(Runnable sent) {
      this(sent, new AtomicBoolean());
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(
        MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
      return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
        @Override
        public void sendMessage(Q message) {
          super.sendMessage(message);
          if (failed.compareAndSet(false, true)) {
            sent.run();
            throw new IllegalStateException("broken");
          }
        }
      };
    }
  }
}
