package io.ratiskv.cli.bench;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Makes calls that fail in one way only. */
final class Calls {
  private Calls() {}

  /** A target that throws has failed as one whose future fails. */
  static CompletableFuture<?> make(
      Workload workload, Kind kind, Target target, SplittableRandom random) {
    try {
      return workload.call(kind, target, random);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
