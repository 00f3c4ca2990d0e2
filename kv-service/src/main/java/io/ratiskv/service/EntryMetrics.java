package io.ratiskv.service;

import io.ratiskv.service.metrics.Counter;
import io.ratiskv.service.metrics.Histogram;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.statemachine.EntryMessage;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.RaftClientReply;

/** Counts the log entries that this server submits as a leader, on their way to Raft. */
final class EntryMetrics implements Committer.EntrySubmitter {
  private final Committer.EntrySubmitter next;
  private final Counter applied;
  private final Counter refused;
  private final Counter bytes;
  private final Counter requests;
  private final Histogram times;

  EntryMetrics(Metrics metrics, Committer.EntrySubmitter next) {
    this.next = next;
    this.applied = entries(metrics, "applied");
    this.refused = entries(metrics, "refused");
    this.bytes =
        metrics.counter("ratiskv_entry_bytes_total", "Bytes of the entries that were submitted.");
    this.requests =
        metrics.counter(
            "ratiskv_entry_requests_total",
            "Requests in the entries that were submitted: batches of all clients, and reads.");
    this.times =
        metrics.histogram(
            "ratiskv_entry_seconds",
            "From handing an entry to Raft to its being applied here, or refused.");
  }

  private static Counter entries(Metrics metrics, String outcome) {
    return metrics.counter(
        "ratiskv_entries_total",
        "Log entries of this server as the leader, barriers too.",
        "outcome",
        outcome);
  }

  @Override
  public CompletableFuture<RaftClientReply> submit(EntryMessage entry) throws IOException {
    bytes.add(entry.getContent().size());
    if (entry.listener() instanceof Gathering gathering) {
      requests.add(gathering.size());
    }
    long begun = System.nanoTime();
    CompletableFuture<RaftClientReply> reply;
    try {
      reply = next.submit(entry);
    } catch (IOException | RuntimeException e) {
      ended(refused, begun);
      throw e;
    }
    return reply.whenComplete(
        (done, failure) -> ended(failure == null && done.isSuccess() ? applied : refused, begun));
  }

  private void ended(Counter outcome, long begun) {
    times.record(System.nanoTime() - begun);
    outcome.add();
  }
}
