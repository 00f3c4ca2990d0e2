package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** A resolve. */
final class PendingResolve extends PendingCall<Resolution> {
  private final RequestId id;

  /** Guarded by the engine's lock until the call is settled. */
  private @Nullable Resolution resolution;

  PendingResolve(RequestId id, long timeoutNanos, boolean direct) {
    super(timeoutNanos, direct);
    this.id = id;
  }

  @Override
  RequestId requestId() {
    return id;
  }

  void resolved(Resolution with) {
    resolution = with;
  }

  /** A resolve that failed tells nothing of the write that it asked about. */
  @Override
  Outcome outcomeUnsent() {
    return Outcome.UNKNOWN;
  }

  @Override
  Budget budgetOf(Budget calls, Budget resolves) {
    return resolves;
  }

  @Override
  String name() {
    return "resolve";
  }

  @Override
  CallListener.Kind kind() {
    return CallListener.Kind.RESOLVE;
  }

  @Override
  int bytes() {
    return 0;
  }

  @Override
  Resolution result() {
    return requireNonNull(resolution);
  }

  @Override
  void enqueue(Writes writes, Reads reads, Resolves resolves) {
    resolves.add(this);
  }
}
