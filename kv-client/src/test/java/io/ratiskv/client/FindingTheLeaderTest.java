package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.found;
import static io.ratiskv.client.Messages.leader;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ratiskv.protocol.v1.Batch;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.Read;
import io.ratiskv.protocol.v1.ServerMessage;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which server the client talks to. */
@Timeout(30)
class FindingTheLeaderTest {
  private final ScriptedTransport transport = new ScriptedTransport();
  private final AsyncKvClient client = Harness.scripted(transport).buildAsync();

  @AfterEach
  void close() {
    client.close();
  }

  private void answer(ScriptedTransport.Session stream, CompletableFuture<GetResult> get) {
    stream.say(found(stream.takeRead(), 0, List.of("v")));
    assertThat(result(get).found()).isTrue();
  }

  @Test
  void aWelcomeOfAFollowerLeadsToTheLeader() {
    CompletableFuture<GetResult> get = client.get("k");
    ScriptedTransport.Session follower = transport.accept();
    assertThat(follower.endpoint()).isEqualTo(new Endpoint("h1", 1));
    follower.say(Messages.welcome("c", "n1", leader("n3", "h3:3")));
    follower.assertNothingSent();

    ScriptedTransport.Session stream = transport.accept();
    assertThat(follower.isCancelled()).isTrue();
    assertThat(stream.endpoint()).isEqualTo(new Endpoint("h3", 3));
    stream.say(Messages.welcome("c", "n3", leader("n3", "h3:3")));
    answer(stream, get);
  }

  @Test
  void aLeaderThatSteppedDownSendsItsClientsOn() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session old = transport.welcome();
    old.open(9);
    Batch batch = old.takeBatch();
    old.say(
        ServerMessage.newBuilder()
            .setRefusal(
                Messages.refusal(
                        ClientMessage.newBuilder().setBatch(batch).build(), Code.NOT_LEADER)
                    .setUnknown(true)
                    .setLeader(leader("n2", "h2:2")))
            .build());
    ScriptedTransport.Session stream = transport.accept();
    assertThat(stream.endpoint()).isEqualTo(new Endpoint("h2", 2));
    stream.say(Messages.welcome("c", "n2", leader("n2", "h2:2")));
    assertThat(stream.takeBatch()).isEqualTo(batch);
    stream.say(applied(batch, 10));
    assertThat(result(put).version()).isEqualTo(10);
  }

  @Test
  void withoutALeaderTheServersAreAskedInTurn() {
    CompletableFuture<GetResult> get = client.get("k");
    for (int round = 0; round < 3; round++) {
      for (String host : List.of("h1", "h2")) {
        ScriptedTransport.Session stream = transport.accept();
        assertThat(stream.endpoint().host()).isEqualTo(host);
        stream.say(Messages.welcomeWithoutLeader());
      }
    }
    answer(transport.welcome(), get);
  }

  @Test
  void serversThatNameEachOtherAreAskedWithPauses() {
    CompletableFuture<GetResult> get = client.get("k");
    for (int i = 0; i < 10; i++) {
      ScriptedTransport.Session stream = transport.accept();
      boolean one = stream.endpoint().host().equals("h1");
      stream.say(
          Messages.welcome(
              "c", one ? "n1" : "n2", one ? leader("n2", "h2:2") : leader("n1", "h1:1")));
    }
    answer(transport.welcome(), get);
  }

  @Test
  void aLeaderWithoutAUsableEndpointIsLookedForElsewhere() {
    CompletableFuture<GetResult> get = client.get("k");
    transport.accept().say(Messages.welcome("c", "n1", leader("n2", "")));
    transport.accept().say(Messages.welcome("c", "n2", leader("n1", "not an endpoint")));
    answer(transport.welcome(), get);
  }

  @Test
  void aServerThatForgetsOneRequestIsLeft() {
    ScriptedTransport other = new ScriptedTransport();
    Tuning stalls =
        Tuning.of(
            Duration.ofSeconds(60),
            Duration.ofSeconds(3),
            Duration.ofMillis(5),
            Duration.ofMillis(1),
            Duration.ofMillis(20));
    try (AsyncKvClient hasty = Harness.scripted(other).tuning(stalls).buildAsync()) {
      CompletableFuture<GetResult> forgotten = hasty.get("k");
      ScriptedTransport.Session stream = other.welcome();
      stream.takeRead();
      await()
          .until(
              () -> {
                stream.say(ServerMessage.getDefaultInstance());
                return stream.isCancelled();
              });
      answer(other.welcome(), forgotten);
    }
  }

  @Test
  void anIdleServerIsNotSilent() {
    ScriptedTransport other = new ScriptedTransport();
    Tuning impatient = new Tuning(3_000_000_000L, 3_000_000_000L, 1_000_000, 1_000_000, 1_000_000);
    try (AsyncKvClient hasty = Harness.scripted(other).tuning(impatient).buildAsync()) {
      CompletableFuture<GetResult> first = hasty.get("k");
      ScriptedTransport.Session stream = other.welcome();
      answer(stream, first);
      long start = System.nanoTime();
      await().until(() -> System.nanoTime() - start > impatient.silenceNanos());
      // A client that is idle for so long doesn't tick by itself.
      hasty.engine().tick();
      assertThat(stream.isCancelled()).isFalse();
      answer(stream, hasty.get("k"));
    }
  }

  @Test
  void aServerOfAnotherClusterIsRefused() {
    ScriptedTransport other = new ScriptedTransport();
    try (AsyncKvClient choosy = Harness.scripted(other).cluster("mine").buildAsync()) {
      CompletableFuture<PutResult> put = choosy.put("k", "v");
      other.accept().say(Messages.welcome("yours", "n1", leader("n1", "h1:1")));
      WrongClusterException failure = failure(put, WrongClusterException.class);
      assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
      assertThat(failure).hasMessageContaining("yours").hasMessageContaining("mine");
    }
  }

  @Test
  void aSessionIsNeverTakenToAnotherCluster() {
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    stream.breakOff();
    ScriptedTransport.Session wrong = transport.accept();
    wrong.say(Messages.welcome("other", "n1", leader("n1", "h1:1")));
    wrong.assertNothingSent();
    assertThat(failure(put, WrongClusterException.class).outcome()).isEqualTo(Outcome.UNKNOWN);
    // Its batch goes on, in its own cluster.
    assertThat(transport.welcome().takeBatch()).isEqualTo(batch);
  }

  @Test
  void aRefusalOfTheWholeStreamIsUnderstood() {
    CompletableFuture<GetResult> get = client.get("k");
    transport.accept().say(Messages.refused(ClientMessage.getDefaultInstance(), Code.DENIED));
    failure(get, AccessDeniedException.class);

    CompletableFuture<GetResult> next = client.get("k");
    transport.accept().say(Messages.refused(ClientMessage.getDefaultInstance(), Code.UNAVAILABLE));
    ScriptedTransport.Session stream = transport.welcome();
    Read read = stream.takeRead();
    stream.say(found(read, 0, List.of("v")));
    assertThat(result(next).found()).isTrue();
  }

  @Test
  void aClientThatFindsNobodyDoesNotSpin() {
    // It has a session, was refused, and then its servers went away: all its pauses are over.
    CompletableFuture<PutResult> put = client.put("k", "v");
    ScriptedTransport.Session stream = transport.welcome();
    stream.open(9);
    Batch batch = stream.takeBatch();
    stream.say(applied(batch, 10));
    result(put);
    put = client.put("k", "w");
    stream.say(Messages.refused(stream.takeBatch(), Code.OVERLOADED));
    stream.breakOff();
    transport.accept();
    long start = System.nanoTime();
    long before = tickerCpuNanos();
    await().until(() -> System.nanoTime() - start > 300_000_000);
    assertThat(tickerCpuNanos() - before).isLessThan(100_000_000);
    assertThat(put).isNotDone();
  }

  private static long tickerCpuNanos() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ratiskv-client-"))
        .mapToLong(thread -> threads.getThreadCpuTime(thread.getId()))
        .sum();
  }
}
