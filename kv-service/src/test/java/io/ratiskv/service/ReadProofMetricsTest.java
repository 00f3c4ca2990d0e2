package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.service.metrics.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class ReadProofMetricsTest {
  @Test
  void bothOutcomesAreCountedAndHandedOn() {
    Metrics metrics = new Metrics();
    List<LongConsumer> begun = new ArrayList<>();
    List<Long> told = new ArrayList<>();
    ReadProver proofs = new ReadProofMetrics(metrics, begun::add);

    for (int i = 0; i < 3; i++) {
      proofs.prove(told::add);
    }
    begun.get(0).accept(17);
    begun.get(1).accept(ReadProver.NOT_PROVEN);

    assertThat(told).containsExactly(17L, ReadProver.NOT_PROVEN);
    assertThat(metrics.text())
        .contains(
            "ratiskv_read_proofs_total{outcome=\"proven\"} 1\n",
            "ratiskv_read_proofs_total{outcome=\"not_proven\"} 1\n",
            "ratiskv_read_proof_seconds_count 2\n");
  }
}
