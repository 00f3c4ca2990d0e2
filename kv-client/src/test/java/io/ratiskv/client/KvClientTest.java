package io.ratiskv.client;

import static io.ratiskv.client.Harness.failure;
import static io.ratiskv.client.Harness.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.ClientMessage;
import io.ratiskv.protocol.v1.Code;
import io.ratiskv.protocol.v1.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against servers over real gRPC. */
@Timeout(60)
class KvClientTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final KvClient client =
      KvClient.builder().endpoints(cluster.endpoints()).cluster(FakeCluster.NAME).build();

  /** Sends nothing again merely because an answer is late. */
  private final KvClient patient =
      KvClient.builder().endpoints(cluster.endpoints()).tuning(Harness.PATIENT).build();

  @AfterEach
  void close() {
    patient.close();
    client.close();
    cluster.close();
  }

  @Test
  void putGetAndAppend() {
    assertThat(client.get("k").found()).isFalse();
    assertThat(client.get("k").value()).isEmpty();
    assertThat(client.get("k").version()).isZero();

    PutResult put = client.put("k", "hello");
    assertThat(client.get("k").valueAsString()).isEqualTo("hello");
    assertThat(client.get("k").version()).isEqualTo(put.version());

    AppendResult append = client.append("k", " wörld");
    assertThat(append.length()).isEqualTo("hello wörld".getBytes(StandardCharsets.UTF_8).length);
    assertThat(append.version()).isGreaterThan(put.version());
    assertThat(client.get("k").valueAsString()).isEqualTo("hello wörld");

    byte[] key = {0, -1};
    client.put(key, new byte[0]);
    assertThat(client.get(key).found()).isTrue();
    assertThat(client.get(key).value()).isEmpty();
  }

  @Test
  void whatOneClientDoesntKnowAnotherResolves() {
    client.put("k", "v");
    // From now on batches are neither applied nor answered.
    cluster.rule(message -> message.hasBatch() ? List.of() : null);
    KvException failure = null;
    try {
      client.withTimeout(Duration.ofMillis(100)).put("k", "never");
    } catch (DeadlineExceededException e) {
      failure = e;
    }
    assertThat(failure).isNotNull();
    RequestId id = failure.requestId().orElseThrow();
    try (KvClient other = KvClient.builder().endpoints(cluster.endpoints()).build()) {
      assertThat(other.resolve(id)).isEqualTo(new Resolution.NeverApplied());
    }
    assertThat(client.resolve(id)).isEqualTo(new Resolution.NeverApplied());
    cluster.rule(message -> null);
    client.put("k", "w");
    assertThat(client.get("k").valueAsString()).isEqualTo("w");
  }

  @Test
  void theResultsValueIsACopy() {
    client.put("k", "v");
    GetResult result = client.get("k");
    result.value()[0] = 'x';
    assertThat(result.valueAsString()).isEqualTo("v");
  }

  @Test
  void withoutWaitingTheOrderIsThatOfTheCalls() {
    List<CompletableFuture<AppendResult>> appends = new ArrayList<>();
    StringBuilder expected = new StringBuilder();
    List<CompletableFuture<GetResult>> gets = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      appends.add(patient.async().append("log", i + ";"));
      expected.append(i).append(';');
      if (i % 50 == 0) {
        gets.add(patient.async().get("log"));
        seen.add(expected.toString());
      }
    }
    for (int i = 0; i < gets.size(); i++) {
      assertThat(result(gets.get(i)).valueAsString()).startsWith(seen.get(i));
    }
    assertThat(result(appends.get(4999)).length()).isEqualTo(expected.length());
    assertThat(patient.get("log").valueAsString()).isEqualTo(expected.toString());
    assertThat(cluster.state().duplicates()).isZero();
  }

  @Test
  void largeValuesComeInPages() {
    byte[] large = new byte[Limits.MAX_VALUE_BYTES];
    Arrays.fill(large, (byte) 'x');
    List<CompletableFuture<PutResult>> puts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      puts.add(client.async().put(new byte[] {(byte) i}, large));
    }
    puts.forEach(Harness::result);
    List<CompletableFuture<GetResult>> gets = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      gets.add(client.async().get(new byte[] {(byte) i}));
    }
    gets.forEach(get -> assertThat(result(get).value()).isEqualTo(large));
  }

  @Test
  void limitsAreCheckedBeforeAnythingIsSent() {
    assertThatThrownBy(() -> client.put("", "v"))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("key: 0, at least 1");
    assertThatThrownBy(() -> client.get(new byte[Limits.MAX_KEY_BYTES + 1]))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("key: 4097, at most 4096");
    LimitExceededException failure =
        failure(
            client.async().append("k".getBytes(StandardCharsets.UTF_8), new byte[(1 << 20) + 1]),
            LimitExceededException.class);
    assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED);
    assertThat(failure.actual()).isEqualTo((1 << 20) + 1);
    assertThatThrownBy(() -> client.put("\uD800", "v"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("key");
    assertThat(cluster.state().sessionCount()).isZero();
  }

  @Test
  void theLimitOfAnAppendIsThatOfTheWholeValue() {
    byte[] key = {'k'};
    client.put(key, new byte[Limits.MAX_VALUE_BYTES]);
    assertThatThrownBy(() -> client.append("k", "!"))
        .isInstanceOfSatisfying(
            LimitExceededException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    assertThat(client.append("k", "").length()).isEqualTo(Limits.MAX_VALUE_BYTES);
  }

  @Test
  void theLeaderIsFollowed() {
    client.put("k", "1");
    cluster.lead(2);
    client.append("k", "2");
    cluster.lead(1);
    client.append("k", "3");
    assertThat(client.get("k").valueAsString()).isEqualTo("123");
  }

  @Test
  void aDeadLeaderIsLeft() {
    client.put("k", "1");
    cluster.kill(0);
    cluster.lead(1);
    client.append("k", "2");
    assertThat(client.get("k").valueAsString()).isEqualTo("12");
    assertThat(cluster.state().sessionCount()).isEqualTo(1);
  }

  @Test
  void aLeaderIsWaitedFor() {
    cluster.lead(-1);
    AtomicInteger hellos = new AtomicInteger();
    cluster.rule(
        message -> {
          hellos.incrementAndGet();
          return null;
        });
    CompletableFuture<PutResult> put = patient.async().put("k", "v");
    // The second comes of the answer to the first.
    await().until(() -> hellos.get() >= 2);
    assertThatThrownBy(() -> patient.withTimeout(Duration.ofMillis(100)).get("k"))
        .isInstanceOf(DeadlineExceededException.class)
        .hasMessageContaining("knows no leader");
    cluster.lead(1);
    result(put);
    assertThat(client.get("k").valueAsString()).isEqualTo("v");
  }

  @Test
  void oneEndpointIsEnough() {
    cluster.lead(2);
    try (KvClient other = KvClient.builder().endpoints(cluster.endpoint(0)).build()) {
      other.put("k", "v");
      assertThat(client.get("k").valueAsString()).isEqualTo("v");
    }
  }

  @Test
  void anOverloadedServerIsTriedAgain() {
    AtomicInteger refusals = new AtomicInteger();
    cluster.rule(
        message ->
            !message.hasHello() && refusals.incrementAndGet() % 3 != 0
                ? List.of(Messages.refused(message, Code.OVERLOADED))
                : null);
    for (int i = 0; i < 5; i++) {
      client.append("k", i + ";");
    }
    assertThat(client.get("k").valueAsString()).isEqualTo("0;1;2;3;4;");
  }

  @Test
  void theSameBatchTwiceIsAppliedOnce() {
    AtomicInteger lost = new AtomicInteger();
    cluster.rule(
        message -> {
          if (message.hasBatch() && lost.getAndIncrement() == 0) {
            // It is applied, and then the server dies.
            cluster.state().answer(message);
            throw new IllegalStateException("the server dies");
          }
          return null;
        });
    patient.append("k", "once");
    assertThat(patient.get("k").valueAsString()).isEqualTo("once");
    assertThat(cluster.state().duplicates()).isEqualTo(1);
  }

  @Test
  void anExpiredSessionIsReplaced() {
    client.append("k", "a");
    cluster.state().expireSessions();
    assertThatThrownBy(() -> client.append("k", "b"))
        .isInstanceOfSatisfying(
            SessionExpiredException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
    client.append("k", "c");
    assertThat(client.get("k").valueAsString()).isEqualTo("ac");
  }

  @Test
  void aSilentClusterIsADeadline() {
    cluster.rule(message -> List.of());
    assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(200)).put("k", "v"))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    cluster.rule(message -> message.hasBatch() ? List.of() : null);
    // Once it is welcomed, the write is sent, and then it is unknown.
    assertThatThrownBy(() -> client.withTimeout(Duration.ofSeconds(10)).put("k", "v"))
        .isInstanceOfSatisfying(
            DeadlineExceededException.class,
            failure -> assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN));
  }

  @Test
  void aServerThatIsSilentIsLeftForAnother() {
    for (ClientMessage.KindCase kind :
        List.of(
            ClientMessage.KindCase.HELLO,
            ClientMessage.KindCase.OPEN,
            ClientMessage.KindCase.BATCH,
            ClientMessage.KindCase.READ)) {
      AtomicInteger met = new AtomicInteger();
      cluster.rule(
          message ->
              message.getKindCase() == kind && met.getAndIncrement() == 0 ? List.of() : null);
      try (KvClient hasty =
          KvClient.builder().endpoints(cluster.endpoints()).tuning(Harness.HASTY).build()) {
        hasty.append("k", kind + ";");
        assertThat(hasty.get("k").valueAsString()).endsWith(kind + ";");
      }
      assertThat(met.get()).as("%s", kind).isGreaterThan(1);
    }
  }

  @Test
  void nonsenseIsSurvived() {
    cluster.rule(
        message ->
            message.hasHello()
                ? null
                : List.of(
                    ServerMessage.getDefaultInstance(),
                    Messages.opened(com.google.protobuf.ByteString.EMPTY, 0),
                    Messages.welcomeWithoutLeader()));
    assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(100)).put("k", "v"))
        .isInstanceOf(DeadlineExceededException.class);
    cluster.rule(message -> null);
    client.put("k", "v");
  }

  @Test
  void callbacksNeverRunOnThreadsOfTheTransport() {
    List<CompletableFuture<String>> names = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      names.add(client.async().put("k", "v").thenApply(put -> Thread.currentThread().getName()));
    }
    names.forEach(
        name ->
            assertThat(result(name))
                .doesNotContain("grpc")
                .doesNotContain("ELG")
                .doesNotStartWith("ratiskv-client-"));
  }

  @Test
  void closingEndsTheSession() {
    // A close waits for a second at most, and then the servers may not have heard of it.
    await()
        .until(
            () -> {
              cluster.state().expireSessions();
              try (KvClient other = KvClient.builder().endpoints(cluster.endpoints()).build()) {
                other.put("k", "v");
                assertThat(cluster.state().sessionCount()).isEqualTo(1);
              }
              return cluster.state().sessionCount() == 0;
            });
  }

  @Test
  void manyThreadsShareOneClient() {
    List<CompletableFuture<Void>> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int number = t;
      threads.add(
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < 200; i++) {
                  client.append("t" + number, i + ";");
                  assertThat(client.get("t" + number).valueAsString()).endsWith(i + ";");
                }
              },
              task -> new Thread(task).start()));
    }
    threads.forEach(thread -> await().atMost(Duration.ofSeconds(45)).until(thread::isDone));
    threads.forEach(Harness::result);
  }
}
