package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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

  /** An append. */
  private record Token(String text, KvFuture<AppendResult> append) {
    /** What it is to be resolved by; null if what is known of it is a fact. */
    @Nullable RequestId unknown() {
      if (append.isCancelled()) {
        return append.requestId().orElse(null);
      }
      if (!append.isCompletedExceptionally()) {
        return null;
      }
      return Harness.failure(append, KvException.class).requestId().orElse(null);
    }
  }

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

  /** One is denied with what it travels with; the others take effect nevertheless, in order. */
  @Test
  void whatIsForbiddenEndsNothingElse() throws Exception {
    for (int i = 0; i < RUNS; i++, seed++) {
      forbid(400);
    }
  }

  private void forbid(int calls) throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    FakeState state = new FakeState();
    state.forbid("secret");
    List<Token> tokens = new ArrayList<>();
    List<CompletableFuture<?>> forbidden = new ArrayList<>();
    List<Look> looks = new ArrayList<>();
    try (LossyTransport transport = new LossyTransport(state, seed);
        AsyncKvClient client = client(transport, Duration.ofSeconds(60))) {
      for (int i = 0; i < calls; i++) {
        String text = "<" + i + ">";
        tokens.add(new Token(text, client.append("k", text)));
        switch (random.nextInt(30)) {
          case 0 -> forbidden.add(client.append("secret", text));
          case 1 -> forbidden.add(client.get("secret"));
          case 2, 3, 4 -> looks.add(new Look(i + 1, client.get("k")));
          case 5 -> waitFor(tokens.get(i).append());
          default -> {
            // Several go together.
          }
        }
      }
      for (Token token : tokens) {
        waitFor(token.append());
      }
      for (Look look : looks) {
        waitFor(look.get());
      }
      for (CompletableFuture<?> call : forbidden) {
        // One that was denied with others, and overtaken by some of them, isn't sent again.
        KvException failure = Harness.failure(call, KvException.class);
        assertThat(failure)
            .as("seed %d", seed)
            .isInstanceOfAny(AccessDeniedException.class, FencedException.class);
        assertThat(failure.outcome()).as("seed %d", seed).isEqualTo(Outcome.NOT_APPLIED);
      }
      transport.calm();
    }
    assertThat(state.value("secret")).isEmpty();
    looks.forEach(look -> judge(look, tokens));
    int failed = judge(tokens, state.value("k"));
    System.out.printf(
        "seed %d: %d of %d failed; %d batches were denied, %d numbers fenced%n",
        seed, failed, calls, state.denied(), state.fenced());
    assertThat(failed).as("failed, of %d, seed %d", calls, seed).isLessThan(calls / 10);
  }

  /** Asked by the client itself or by another, at once or in the end. */
  @Test
  void whatIsResolvedIsTrueForEver() throws Exception {
    for (int i = 0; i < RUNS; i++, seed++) {
      resolve(400, true);
    }
  }

  /** Whoever asks the client that made the request, and in time, gets a fact. */
  @Test
  void nothingIsLostToTheClientItself() throws Exception {
    for (int i = 0; i < RUNS; i++, seed++) {
      Map<Token, CompletableFuture<Resolution>> resolutions = resolve(400, false);
      for (Token token : resolutions.keySet()) {
        assertThat(resolutions.get(token).join())
            .as("%s, seed %d", token, seed)
            .isNotInstanceOf(Resolution.Lost.class);
      }
    }
  }

  /**
   * Makes calls that often end unknown, and resolves all those.
   *
   * @param strangers sessions expire, and another client is asked too
   */
  private Map<Token, CompletableFuture<Resolution>> resolve(int calls, boolean strangers)
      throws Exception {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    FakeState state = new FakeState();
    List<Token> tokens = new ArrayList<>();
    Map<Token, CompletableFuture<Resolution>> resolutions = new LinkedHashMap<>();
    try (LossyTransport transport = new LossyTransport(state, seed);
        LossyTransport otherTransport = new LossyTransport(state, ~seed);
        AsyncKvClient client = client(transport, Duration.ofSeconds(60));
        AsyncKvClient other = client(otherTransport, Duration.ofSeconds(60))) {
      AsyncKvClient hasty = client.withTimeout(Duration.ofMillis(3));
      for (int i = 0; i < calls; i++) {
        String text = "<" + i + ">";
        Token token = new Token(text, hasty.append("k", text));
        tokens.add(token);
        AsyncKvClient by = strangers && random.nextInt(3) == 0 ? other : client;
        if (strangers && random.nextInt(200) == 0) {
          state.expireSessions();
        }
        switch (random.nextInt(8)) {
          case 0 -> token.append().cancel(false);
          case 1 -> {
            waitFor(token.append());
            resolve(token, by, resolutions);
            if (resolutions.containsKey(token) && random.nextBoolean()) {
              waitFor(resolutions.get(token));
            }
          }
          default -> {
            // Several go together.
          }
        }
      }
      for (Token token : tokens) {
        waitFor(token.append());
        if (!resolutions.containsKey(token)) {
          resolve(token, strangers && random.nextInt(3) == 0 ? other : client, resolutions);
        }
      }
      for (Map.Entry<Token, CompletableFuture<Resolution>> entry : resolutions.entrySet()) {
        waitFor(entry.getValue());
        askAgain(entry.getKey(), entry.getValue().join(), client);
      }
      transport.calm();
      otherTransport.calm();
    }
    judge(tokens, state.value("k"), resolutions);
    System.out.printf(
        "seed %d: %d of %d were resolved: %s; %d batches were fenced%n",
        seed,
        resolutions.size(),
        calls,
        resolutions.values().stream()
            .collect(
                Collectors.groupingBy(
                    resolution -> resolution.join().getClass().getSimpleName(),
                    Collectors.counting())),
        state.fenced());
    return resolutions;
  }

  private static void resolve(
      Token token, AsyncKvClient by, Map<Token, CompletableFuture<Resolution>> resolutions) {
    RequestId id = token.unknown();
    if (id != null) {
      resolutions.put(token, by.resolve(id));
    }
  }

  /** What one client was told another can't know if the servers have forgotten; nothing else. */
  private void askAgain(Token token, Resolution told, AsyncKvClient client) {
    RequestId id = token.unknown();
    if (id != null && !(told instanceof Resolution.Lost)) {
      Resolution again = Harness.result(client.resolve(id));
      if (!(again instanceof Resolution.Lost)) {
        assertThat(again).as("%s, asked about again, seed %d", token, seed).isEqualTo(told);
      }
    }
  }

  private void judge(
      List<Token> tokens, String value, Map<Token, CompletableFuture<Resolution>> resolutions) {
    for (Token token : tokens) {
      int at = value.indexOf(token.text());
      assertThat(at < 0 ? -1 : value.indexOf(token.text(), at + 1))
          .as("%s is there twice, seed %d", token, seed)
          .isEqualTo(-1);
      Resolution resolution = resolutions.containsKey(token) ? resolutions.get(token).join() : null;
      boolean expected;
      if (resolution == null) {
        expected = !token.append().isCompletedExceptionally();
      } else if (resolution instanceof Resolution.Lost) {
        continue;
      } else {
        expected = resolution instanceof Resolution.Applied;
      }
      assertThat(at >= 0)
          .as("whether %s is there, which was resolved as %s, seed %d", token, resolution, seed)
          .isEqualTo(expected);
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
    } catch (ExecutionException | CancellationException e) {
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
          .isInstanceOfAny(
              DeadlineExceededException.class,
              SessionExpiredException.class,
              FencedException.class);
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
