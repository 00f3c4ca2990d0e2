package io.ratiskv.service;

import io.ratiskv.service.metrics.Counter;
import io.ratiskv.service.metrics.Histogram;
import io.ratiskv.service.metrics.Metrics;
import java.util.function.LongConsumer;

/** Counts and times the proofs for reads that take no log entry, as they end. */
final class ReadProofMetrics implements ReadProver {
  private final ReadProver next;
  private final Counter proven;
  private final Counter notProven;
  private final Histogram times;

  ReadProofMetrics(Metrics metrics, ReadProver next) {
    this.next = next;
    this.proven = proofs(metrics, "proven");
    this.notProven = proofs(metrics, "not_proven");
    this.times =
        metrics.histogram(
            "ratiskv_read_proof_seconds",
            "From the beginning of a proof to its end, whatever came out.");
  }

  private static Counter proofs(Metrics metrics, String outcome) {
    return metrics.counter(
        "ratiskv_read_proofs_total",
        "Ends of proofs that this server leads, for reads that waited alone. Not proven: these take"
            + " a log entry. A proof of which nothing is heard has no end.",
        "outcome",
        outcome);
  }

  @Override
  public void prove(LongConsumer done) {
    long begun = System.nanoTime();
    next.prove(
        index -> {
          times.record(System.nanoTime() - begun);
          (index == NOT_PROVEN ? notProven : proven).add();
          done.accept(index);
        });
  }
}
