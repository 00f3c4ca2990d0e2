package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random runs over a transport that loses, repeats, delays and reorders. {@code -Dseed=N} repeats
 * one.
 */
@Timeout(600)
class RandomFaultsTest {
  private static final Tuning QUICK =
      Tuning.of(
          Duration.ofMillis(80),
          Duration.ofMillis(150),
          Duration.ofMillis(5),
          Duration.ofMillis(1),
          Duration.ofMillis(10));

  private static final int RUNS = Integer.getInteger("runs", 1);

  private long seed = Long.getLong("seed", new Random().nextLong());

  private record Token(String text, CompletableFuture<AppendResult> append) {}

  /** A get, and how many appends had been called before it. */
  private record Look(int appends, CompletableFuture<GetResult> get) {}

  @Test
  void everyAppendTakesEffectOnceAndInOrder() throws Exception {
    for (int i = 0; i < RUNS; i++, seed++) {
      run(400, Duration.ofSeconds(60));
    }
  }

  @Test
  void whatFailsSaysTheTruth() throws Exception {
    for (int i = 0; i < RUNS; i++, seed++) {
      run(400, Duration.ofMillis(100));
    }
  }

  private void run(int calls, Duration timeout) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    FakeState state = new FakeState();
    List<Token> tokens = new ArrayList<>();
    List<Look> looks = new ArrayList<>();
    try (LossyTransport transport = new LossyTransport(state, seed);
        AsyncKvClient client = client(transport, timeout)) {
      for (int i = 0; i < calls; i++) {
        String text = "<" + i + ">";
        tokens.add(new Token(text, client.append("k", text)));
        if (random.nextInt(4) == 0) {
          looks.add(new Look(i + 1, client.get("k")));
        }
        if (timeout.toSeconds() < 10 && random.nextInt(100) == 0) {
          state.expireSessions();
        }
        if (random.nextInt(10) == 0) {
          // Now and then the caller waits, so that small and large batches both occur.
          waitFor(tokens.get(i).append());
        }
      }
      for (Token token : tokens) {
        waitFor(token.append());
      }
      for (Look look : looks) {
        waitFor(look.get());
      }
      transport.calm();
    }
    int failed = judge(tokens, state.value("k"));
    looks.forEach(look -> judge(look, tokens));
    System.out.printf(
        "seed %d: %d of %d failed, %d batches were repeated%n",
        seed, failed, calls, state.duplicates());
    if (timeout.toSeconds() > 10) {
      assertThat(failed).isZero();
    }
  }

  private static AsyncKvClient client(Transport transport, Duration timeout) {
    return KvClient.builder()
        .endpoints("h1:1", "h2:2", "h3:3")
        .transport(() -> transport)
        .tuning(QUICK)
        .timeout(timeout)
        .closeTimeout(Duration.ofSeconds(20))
        .buildAsync();
  }

  private static void waitFor(CompletableFuture<?> future)
      throws InterruptedException, TimeoutException {
    try {
      future.get(60, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      // Judged at the end.
    }
  }

  /** Returns how many failed. */
  private int judge(List<Token> tokens, String value) {
    int last = -1;
    int failed = 0;
    for (Token token : tokens) {
      int at = value.indexOf(token.text());
      assertThat(at < 0 ? -1 : value.indexOf(token.text(), at + 1))
          .as("%s is there twice, seed %d", token, seed)
          .isEqualTo(-1);
      if (at >= 0) {
        assertThat(at).as("%s is out of order, seed %d", token, seed).isGreaterThan(last);
        last = at;
      }
      if (!token.append().isCompletedExceptionally()) {
        assertThat(at).as("%s is missing, seed %d", token, seed).isNotNegative();
        continue;
      }
      failed++;
      KvException failure = Harness.failure(token.append(), KvException.class);
      assertThat(failure)
          .isInstanceOfAny(DeadlineExceededException.class, SessionExpiredException.class);
      if (failure.outcome() == Outcome.NOT_APPLIED) {
        assertThat(at).as("%s was not to be applied, seed %d", token, seed).isEqualTo(-1);
      }
    }
    return failed;
  }

  /** A get sees every append that was called before it and was applied. */
  private void judge(Look look, List<Token> tokens) {
    if (look.get().isCompletedExceptionally()) {
      Harness.failure(look.get(), DeadlineExceededException.class);
      return;
    }
    String value = Harness.result(look.get()).valueAsString();
    for (Token token : tokens.subList(0, look.appends())) {
      if (!token.append().isCompletedExceptionally()) {
        assertThat(value.contains(token.text())).as("%s was seen, seed %d", token, seed).isTrue();
      }
    }
  }
}
