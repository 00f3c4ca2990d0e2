package io.ratiskv.it.chaos;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.RequestId;
import io.ratiskv.client.Resolution;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.it.check.Call;
import io.ratiskv.it.check.History;
import io.ratiskv.it.check.Output;
import io.ratiskv.it.check.Token;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One client of a run, whose calls are recorded. Where the outcome of a write is unknown it asks,
 * for most of them, what became of it; until it is told, the call goes on for the history. So the
 * checkers hold the resolution against all that was read: what was applied must be there once, what
 * was not, nowhere.
 */
final class ChaosClient implements AutoCloseable {
  /** Of a hundred writes of unknown outcome. */
  private static final int RESOLVED = 80;

  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(30);

  private final int number;
  private final AsyncKvClient kv;
  private final History history;
  private final Coverage coverage;
  private final StatusWatch watch;
  private final AtomicLong tokens = new AtomicLong();

  ChaosClient(int number, AsyncKvClient kv, History history, Coverage coverage, StatusWatch watch) {
    this.number = number;
    this.kv = kv;
    this.history = history;
    this.coverage = coverage;
    this.watch = watch;
  }

  private String token() {
    return Token.of(number, tokens.incrementAndGet());
  }

  /** The future ends when the call has; what is still to be resolved goes on. */
  CompletableFuture<Ended> append(String key, Random random) {
    String token = token();
    Call call = history.append(number, key, token);
    return kv.append(key, token)
        .handle(
            (result, failure) ->
                failure == null
                    ? ok(call, Output.appended(result.version(), result.length()))
                    : failed(call, failure, random));
  }

  CompletableFuture<Ended> put(String key, Random random) {
    String token = token();
    Call call = history.put(number, key, token);
    return kv.put(key, token)
        .handle(
            (result, failure) ->
                failure == null
                    ? ok(call, Output.put(result.version()))
                    : failed(call, failure, random));
  }

  CompletableFuture<Ended> get(String key) {
    Call call = history.get(number, key);
    long callNanos = System.nanoTime();
    return kv.get(key)
        .handle(
            (result, failure) -> {
              if (failure != null) {
                call.info();
                var unused = Lawful.of(failure);
                return Ended.FAILED;
              }
              watch.readAnswered(callNanos);
              String value = result.found() ? result.valueAsString() : "";
              return ok(call, Output.read(result.found(), value, result.version()));
            });
  }

  private static Ended ok(Call call, Output output) {
    call.ok(output);
    return Ended.OK;
  }

  private Ended failed(Call call, Throwable failure, Random random) {
    KvException cause = Lawful.of(failure);
    if (cause.outcome() == Outcome.NOT_APPLIED) {
      call.fail();
      return Ended.FAILED;
    }
    coverage.count(Event.INDETERMINATE);
    if (random.nextInt(100) < RESOLVED) {
      return Ended.unknown(resolve(call, cause.requestId().orElseThrow()));
    }
    call.info();
    return Ended.FAILED;
  }

  private CompletableFuture<Void> resolve(Call call, RequestId id) {
    return kv.withTimeout(RESOLVE_TIMEOUT)
        .resolve(id)
        .handle(
            (resolution, failure) -> {
              if (failure == null) {
                resolution.handle(new Settle(call));
              } else {
                call.info();
                var unused = Lawful.of(failure);
              }
              return null;
            });
  }

  /** Ends the call by what became of it. */
  private final class Settle implements Resolution.Handler<Void> {
    private final Call call;

    Settle(Call call) {
      this.call = call;
    }

    @Override
    public Void applied(Resolution.Applied applied) {
      coverage.count(Event.RESOLVED_APPLIED);
      call.ok(Output.appended(applied.version(), applied.length()));
      return null;
    }

    @Override
    public Void refusedByLimit(Resolution.RefusedByLimit refused) {
      call.fail();
      return null;
    }

    @Override
    public Void neverApplied(Resolution.NeverApplied never) {
      coverage.count(Event.RESOLVED_NEVER);
      call.fail();
      return null;
    }

    @Override
    public Void lost(Resolution.Lost lost) {
      call.info();
      return null;
    }
  }

  @Override
  public void close() {
    kv.close();
  }

  /**
   * How a call ended.
   *
   * @param ok whether it was answered
   * @param settled completed when no more is to be learnt of it; it fails if the client, asked what
   *     became of it, failed as it never may
   */
  record Ended(boolean ok, CompletableFuture<Void> settled) {
    static final Ended OK = new Ended(true, CompletableFuture.completedFuture(null));
    static final Ended FAILED = new Ended(false, CompletableFuture.completedFuture(null));

    static Ended unknown(CompletableFuture<Void> settled) {
      return new Ended(false, settled);
    }
  }
}
