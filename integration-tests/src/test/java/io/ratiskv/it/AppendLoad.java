package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AppendResult;
import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Clients that append tokens, each of them once, to keys of their own and to shared ones, and
 * remember what they were answered. What they find in the end is held against that: no token lost,
 * none twice, each client's in its order, each at the place that its answer named.
 */
public final class AppendLoad implements AutoCloseable {
  private static final int WINDOW = 8;
  private static final String SHARED = "shared";

  private final List<Writer> writers = new ArrayList<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final int tokensEach;
  private final Duration pause;
  private volatile boolean stopping;

  /** A token on its way; the answer is filled in by the client's callback. */
  private static final class Token {
    final String key;
    final String text;
    volatile @Nullable AppendResult result;
    volatile @Nullable Outcome failed;
    volatile @Nullable Throwable failure;

    Token(String key, String text) {
      this.key = key;
      this.text = text;
    }
  }

  private final class Writer extends Thread {
    final int number;
    final AsyncKvClient client;
    final Semaphore window = new Semaphore(WINDOW);

    /** In the order of the calls; read by others once the thread has ended. */
    final List<Token> tokens = new ArrayList<>();

    Writer(int number, AsyncKvClient client) {
      super("writer-" + number);
      this.number = number;
      this.client = client;
    }

    @Override
    public void run() {
      try {
        for (int n = 0; n < tokensEach && !stopping; n++) {
          window.acquire();
          append(new Token(n % 4 == 0 ? SHARED : "own-" + number, number + "." + n + ";"));
          LockSupport.parkNanos(pause.toNanos());
        }
        window.acquire(WINDOW);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void append(Token token) {
      tokens.add(token);
      var unused =
          client
              .append(token.key, token.text)
              .whenComplete(
                  (result, failure) -> {
                    note(token, result, failure);
                    window.release();
                  });
    }
  }

  private AppendLoad(int clients, int tokensEach, Duration pause, Supplier<AsyncKvClient> maker) {
    this.tokensEach = tokensEach;
    this.pause = pause;
    for (int i = 0; i < clients; i++) {
      writers.add(new Writer(i, maker.get()));
    }
  }

  /**
   * Starts clients that append until they are stopped, at most 1,000 tokens a second each: on a
   * quick machine too it lasts longer than any test waits.
   */
  public static AppendLoad start(int clients, Supplier<AsyncKvClient> maker) {
    return started(new AppendLoad(clients, 100_000, Duration.ofMillis(1), maker));
  }

  public static AppendLoad start(int clients, int tokensEach, Supplier<AsyncKvClient> maker) {
    return started(new AppendLoad(clients, tokensEach, Duration.ZERO, maker));
  }

  /** As above, for a minute: each client pauses after each call. */
  public static AppendLoad startSlow(int clients, Supplier<AsyncKvClient> maker) {
    return started(new AppendLoad(clients, 10_000, Duration.ofMillis(6), maker));
  }

  private static AppendLoad started(AppendLoad load) {
    load.writers.forEach(Thread::start);
    return load;
  }

  private void note(Token token, @Nullable AppendResult result, @Nullable Throwable failure) {
    if (failure == null) {
      token.result = result;
      acknowledged.incrementAndGet();
      return;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    token.failure = cause;
    token.failed = cause instanceof KvException e ? e.outcome() : Outcome.UNKNOWN;
  }

  public long acknowledged() {
    return acknowledged.get();
  }

  /** Waits until so many more tokens have been acknowledged. */
  public void awaitMore(int tokens) {
    long goal = acknowledged() + tokens;
    Eventually.until(
        tokens + " more acknowledged appends", () -> acknowledged() >= goal || hasEnded());
    assertThat(acknowledged())
        .as("appends acknowledged, the load %s", hasEnded() ? "has made its last call" : "goes on")
        .isGreaterThanOrEqualTo(goal);
  }

  private boolean hasEnded() {
    return writers.stream().noneMatch(Thread::isAlive);
  }

  /** Makes no more calls, and waits for the answers of those that were made. */
  public void stop() {
    stopping = true;
    awaitEnd();
  }

  /** Waits until every client has had all its answers. */
  public void awaitEnd() {
    try {
      for (Writer writer : writers) {
        writer.join(2 * Eventually.PATIENCE.toMillis());
        assertThat(writer.isAlive()).as("calls without an answer of %s", writer).isFalse();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How calls failed, with how many failed so. */
  public Map<String, Integer> failures() {
    Map<String, Integer> failures = new TreeMap<>();
    forEachToken(
        token -> {
          if (token.failed != null) {
            failures.merge(String.valueOf(token.failure), 1, Integer::sum);
          }
        });
    return failures;
  }

  private void forEachToken(Consumer<Token> action) {
    writers.forEach(writer -> writer.tokens.forEach(action));
  }

  /** After {@link #stop}: reads all keys, and holds them against the answers. */
  public void verify(KvClient reader) {
    Map<String, Map<String, Token>> issued = new TreeMap<>();
    forEachToken(
        token -> issued.computeIfAbsent(token.key, key -> new HashMap<>()).put(token.text, token));
    issued.forEach((key, tokens) -> verify(key, reader.get(key).valueAsString(), tokens));
  }

  private static void verify(String key, String value, Map<String, Token> issued) {
    Set<String> found = new HashSet<>();
    Map<String, Integer> lastOfWriter = new HashMap<>();
    long version = 0;
    int at = 0;
    for (int end = value.indexOf(';'); end >= 0; end = value.indexOf(';', at)) {
      String text = value.substring(at, end + 1);
      at = end + 1;
      Token token = issued.get(text);
      assertThat(token).as("who appended %s to %s", text, key).isNotNull();
      assertThat(found.add(text)).as("%s stands in %s once", text, key).isTrue();
      assertThat(token.failed)
          .as("the outcome of %s, which stands in %s: %s", text, key, token.failure)
          .isNotEqualTo(Outcome.NOT_APPLIED);
      String[] parts = text.substring(0, text.length() - 1).split("\\.", -1);
      int number = Integer.parseInt(parts[1]);
      Integer before = lastOfWriter.put(parts[0], number);
      assertThat(before == null || before < number)
          .as("%s comes after %s.%s in %s", text, parts[0], before, key)
          .isTrue();
      AppendResult result = token.result;
      if (result != null) {
        assertThat(result.length()).as("the length that %s was answered", text).isEqualTo(at);
        assertThat(result.version())
            .as("the version of %s in %s", text, key)
            .isGreaterThanOrEqualTo(version);
        version = result.version();
      }
    }
    assertThat(at).as("the end of the last token in %s", key).isEqualTo(value.length());
    issued.values().stream()
        .filter(token -> token.result != null)
        .forEach(
            token ->
                assertThat(found.contains(token.text))
                    .as("%s, which was acknowledged, stands in %s", token.text, key)
                    .isTrue());
  }

  @Override
  public void close() {
    stopping = true;
    for (Writer writer : writers) {
      writer.client.close();
      try {
        writer.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
