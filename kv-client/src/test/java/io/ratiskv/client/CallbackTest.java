package io.ratiskv.client;

import static io.ratiskv.client.Harness.result;
import static io.ratiskv.client.Messages.applied;
import static io.ratiskv.client.Messages.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ratiskv.protocol.v1.Batch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the user's code runs. */
@Timeout(30)
class CallbackTest {
  /** Nothing is sent but by calls, answers and the ends of callbacks. */
  private static final Tuning WITHOUT_TICKS =
      Tuning.of(
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofHours(1),
          Duration.ofMillis(1),
          Duration.ofMillis(5));

  private final ScriptedTransport transport = new ScriptedTransport();

  @Test
  void callbacksRunOnTheExecutorOneTaskForEachMessage() {
    AtomicInteger tasks = new AtomicInteger();
    ExecutorService pool = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
    try (AsyncKvClient client =
        Harness.scripted(transport)
            .callbackExecutor(
                task -> {
                  tasks.incrementAndGet();
                  pool.execute(task);
                })
            // A tick may hand out once more what is slow.
            .tuning(WITHOUT_TICKS)
            .buildAsync()) {
      CompletableFuture<String> a =
          client.put("k", "a").thenApply(put -> Thread.currentThread().getName());
      CompletableFuture<String> b =
          client.put("k", "b").thenApply(put -> Thread.currentThread().getName());
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(result(a)).isEqualTo("mine");
      assertThat(result(b)).isEqualTo("mine");
      assertThat(tasks).hasValue(1);
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aCallbackThatWaitsForAnotherCallOfItsBatchIsNotADeadlock() {
    try (AsyncKvClient client = Harness.scripted(transport).buildAsync()) {
      CompletableFuture<PutResult> a = client.put("k", "a");
      CompletableFuture<PutResult> b = client.put("k", "b");
      CompletableFuture<PutResult> waits = a.thenApply(put -> result(b));
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(result(waits).version()).isEqualTo(10);
      assertThat(stream.unconsumed()).isZero();
    }
  }

  @Test
  void anExecutorThatRefusesDoesNotKeepFuturesFromCompleting() {
    try (AsyncKvClient client =
        Harness.scripted(transport)
            .callbackExecutor(
                task -> {
                  throw new RejectedExecutionException("full");
                })
            .buildAsync()) {
      CompletableFuture<PutResult> put = client.put("k", "a");
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(result(put).version()).isEqualTo(10);
    }
  }

  @Test
  void aMessageIsNotConsumedBeforeItsCallsAre() {
    CountDownLatch go = new CountDownLatch(1);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    pool.execute(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try (AsyncKvClient client = Harness.scripted(transport).callbackExecutor(pool).buildAsync()) {
      CompletableFuture<PutResult> put = client.put("k", "a");
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      assertThat(stream.unconsumed()).isEqualTo(1);
      go.countDown();
      result(put);
      assertThat(stream.unconsumed()).isZero();
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aCallbackMayCallTheClient() {
    try (AsyncKvClient client = Harness.scripted(transport).buildAsync()) {
      CompletableFuture<PutResult> second =
          client.put("k", "a").thenCompose(put -> client.put("k", "b"));
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      stream.say(applied(stream.takeBatch(), 11));
      assertThat(result(second).version()).isEqualTo(11);
    }
  }

  /** Answers come together, and so do the calls that they bring about. */
  @Test
  void whatCallbacksCallTravelsTogether() {
    try (AsyncKvClient client = Harness.scripted(transport).tuning(WITHOUT_TICKS).buildAsync()) {
      awaitFirstTick();
      List<CompletableFuture<PutResult>> seconds =
          IntStream.range(0, 5)
              .mapToObj(i -> client.put("k", "a").thenCompose(put -> client.put("k", "b")))
              .toList();
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      Batch gathered = stream.takeBatch();
      assertThat(values(gathered)).containsExactly("b", "b", "b", "b", "b");
      stream.say(applied(gathered, 11));
      seconds.forEach(second -> assertThat(result(second).version()).isEqualTo(11));
    }
  }

  /** Else it would wait for itself, as long as no tick sends it. */
  @Test
  void aCallbackThatWaitsForItsOwnCallSendsIt() {
    try (AsyncKvClient client = Harness.scripted(transport).tuning(WITHOUT_TICKS).buildAsync()) {
      awaitFirstTick();
      CompletableFuture<PutResult> second =
          client.put("k", "a").thenApply(put -> client.put("k", "b").join());
      ScriptedTransport.Session stream = transport.welcome();
      stream.open(9);
      stream.say(applied(stream.takeBatch(), 10));
      stream.say(applied(stream.takeBatch(), 11));
      assertThat(result(second).version()).isEqualTo(11);
    }
  }

  /** A client's thread ticks once when it begins, whenever that is, and then waits. */
  private static void awaitFirstTick() {
    await()
        .until(
            () ->
                Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().matches("ratiskv-client-\\d+"))
                    .allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING));
  }
}
