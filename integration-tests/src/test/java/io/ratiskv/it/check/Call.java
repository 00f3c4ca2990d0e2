package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import io.ratiskv.it.check.Operation.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A call that a {@link History} is recording. It was called when it was made, and ends once: with
 * {@link #ok}, {@link #info} or {@link #fail}, or with the end of what {@link #sync} or {@link
 * #async} ran. Any thread may end it.
 */
public final class Call {
  private final History history;

  /** Of unknown outcome and without an end, until the call ends. */
  private final AtomicReference<Operation> operation;

  private final Operation opened;

  Call(History history, int number, int client, Kind kind, String key, String input) {
    this.history = history;
    this.opened =
        new Operation(
            number,
            client,
            kind,
            key,
            input,
            history.nowNanos(),
            Operation.NEVER,
            Status.INFO,
            Output.NONE);
    this.operation = new AtomicReference<>(opened);
  }

  Operation operation() {
    return operation.get();
  }

  /**
   * Sends and awaits the call, records how it ended, and passes that on.
   *
   * @param send makes the call
   * @param output what the answer says
   */
  public <R> R sync(Supplier<R> send, Function<? super R, Output> output) {
    R answer;
    try {
      answer = send.get();
    } catch (RuntimeException | Error e) {
      failed(e);
      throw e;
    }
    long now = history.nowNanos();
    end(Status.OK, now, output.apply(answer));
    return answer;
  }

  /**
   * Sends the call. The future that is returned ends as that of the call does, after the record.
   *
   * @param send makes the call
   * @param output what the answer says
   */
  public <R> CompletableFuture<R> async(
      Supplier<CompletableFuture<R>> send, Function<? super R, Output> output) {
    CompletableFuture<R> answer;
    try {
      answer = send.get();
    } catch (RuntimeException | Error e) {
      failed(e);
      throw e;
    }
    return answer.whenComplete(
        (result, failure) -> {
          long now = history.nowNanos();
          if (failure == null) {
            end(Status.OK, now, output.apply(result));
          } else {
            failed(failure);
          }
        });
  }

  /** It was answered. */
  public void ok(Output output) {
    end(Status.OK, history.nowNanos(), output);
  }

  /** Whether it takes effect is not known. */
  public void info() {
    end(Status.INFO, history.nowNanos(), Output.NONE);
  }

  /** It did not take effect, and never will. */
  public void fail() {
    end(Status.FAIL, history.nowNanos(), Output.NONE);
  }

  private void failed(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (history.provesNeverApplied(cause)) {
      fail();
    } else {
      info();
    }
  }

  private void end(Status status, long now, Output output) {
    Operation ended =
        new Operation(
            opened.number(),
            opened.client(),
            opened.kind(),
            opened.key(),
            opened.input(),
            opened.callNanos(),
            now,
            status,
            output);
    if (!operation.compareAndSet(opened, ended)) {
      throw new IllegalStateException("ended before: " + operation.get());
    }
  }
}
