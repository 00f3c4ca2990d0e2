package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.statemachine.EntryMessage;
import io.ratiskv.statemachine.core.KvState;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class EntryMetricsTest {
  private final Metrics metrics = new Metrics();

  private static EntryMessage entry() {
    return new EntryMessage(
        LogEntry.newBuilder().setFormat(1).build(),
        new Gathering(new KvState.Stamp(0, 0), answered -> {}, finished -> {}));
  }

  @Test
  void anEntryThatRaftWillNotTakeIsCountedAsRefused() throws IOException {
    EntryMetrics throwing =
        new EntryMetrics(
            metrics,
            entry -> {
              throw new IOException("not now");
            });
    assertThatThrownBy(() -> throwing.submit(entry())).hasMessage("not now");
    assertThat(metrics.text())
        .contains(
            "ratiskv_entries_total{outcome=\"refused\"} 1\n", "ratiskv_entry_seconds_count 1\n");

    EntryMetrics failing =
        new EntryMetrics(
            new Metrics(),
            entry -> CompletableFuture.failedFuture(new IllegalStateException("not any more")));
    assertThat(failing.submit(entry())).isCompletedExceptionally();
  }
}
