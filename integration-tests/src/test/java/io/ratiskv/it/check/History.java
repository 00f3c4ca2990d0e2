package io.ratiskv.it.check;

import io.ratiskv.it.check.Operation.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Records what clients call and what they are answered. Any number of threads may use it at once.
 *
 * <pre>{@code
 * History history = new History(e -> e instanceof KvException k && k.outcome() == NOT_APPLIED);
 *
 * history.append(3, key, token)
 *     .async(() -> async.append(key, token), r -> Output.appended(r.version(), r.length()));
 * history.get(3, key)
 *     .sync(() -> kv.get(key), r -> Output.read(r.found(), r.valueAsString(), r.version()));
 *
 * history.writeTo(file);
 * assertThat(LinearizabilityChecker.check(history.operations())).isEqualTo(Verdict.LINEARIZABLE);
 * }</pre>
 *
 * <p>Times are {@link System#nanoTime} of this JVM, counted from the making of the history: taken
 * before the sending and after the receiving, so that an interval may be too long and never too
 * short.
 */
public final class History {
  private final long originNanos = System.nanoTime();
  private final Predicate<? super Throwable> neverApplied;

  /** In the order of their numbers; guarded by itself. */
  private final List<Call> calls = new ArrayList<>();

  /**
   * @param neverApplied whether a failure proves that the call did not take effect and never will;
   *     every other failure leaves the operation's outcome unknown
   */
  public History(Predicate<? super Throwable> neverApplied) {
    this.neverApplied = Objects.requireNonNull(neverApplied, "neverApplied");
  }

  /** Opens a get. */
  public Call get(int client, String key) {
    return open(client, Kind.GET, key, "");
  }

  /** Opens a put. */
  public Call put(int client, String key, String value) {
    return open(client, Kind.PUT, key, value);
  }

  /** Opens an append. */
  public Call append(int client, String key, String tail) {
    return open(client, Kind.APPEND, key, tail);
  }

  private Call open(int client, Kind kind, String key, String input) {
    synchronized (calls) {
      Call call = new Call(this, calls.size(), client, kind, key, input);
      calls.add(call);
      return call;
    }
  }

  long nowNanos() {
    return System.nanoTime() - originNanos;
  }

  boolean provesNeverApplied(Throwable failure) {
    return neverApplied.test(failure);
  }

  /** The operations so far, by number; those without an answer yet are of unknown outcome. */
  public List<Operation> operations() {
    synchronized (calls) {
      return calls.stream().map(Call::operation).toList();
    }
  }

  /** Writes the operations so far as lines of JSON, one each. */
  public void writeTo(Path file) throws IOException {
    HistoryFile.write(file, operations());
  }

  /** Reads what {@link #writeTo} wrote. */
  public static List<Operation> readFrom(Path file) throws IOException {
    return HistoryFile.read(file);
  }
}
