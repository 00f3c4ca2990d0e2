package io.ratiskv.service;

import io.ratiskv.service.metrics.Counter;
import io.ratiskv.service.metrics.Histogram;
import io.ratiskv.service.metrics.Metrics;
import java.util.function.LongConsumer;

/**
 * Counts and times the proofs for reads that wait alone, as they end: also those that the committer
 * has given up meanwhile, and never those that could not begin or of which nothing is heard.
 */
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
            "From the beginning of a proof to its end, of those that ratiskv_read_proofs_total"
                + " counts, whatever came out.");
  }

  private static Counter proofs(Metrics metrics, String outcome) {
    return metrics.counter(
        "ratiskv_read_proofs_total",
        "Proofs that this server leads, as they ended; each for reads that waited alone, up to 4096."
            + " They take a log entry where it is not proven, or too late, or what they are to see"
            + " isn't applied yet. A proof of which nothing is heard isn't counted.",
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
