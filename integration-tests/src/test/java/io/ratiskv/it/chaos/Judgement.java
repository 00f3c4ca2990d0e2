package io.ratiskv.it.chaos;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.it.Eventually;
import io.ratiskv.it.check.AppendChecker;
import io.ratiskv.it.check.History;
import io.ratiskv.it.check.LinearizabilityChecker;
import io.ratiskv.it.check.Operation;
import io.ratiskv.it.check.Output;
import io.ratiskv.it.check.Token;
import io.ratiskv.it.check.Verdict;
import io.ratiskv.it.check.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What is done with a cluster that is whole again, and with what its clients saw before. */
final class Judgement {
  private static final int CLIENT = 1_000;
  private static final String PROGRESS = "appends-progress";

  /** From the healing of the last fault to a write by way of each server. */
  private static final Duration PROGRESS_TIME = Duration.ofSeconds(15);

  private static final double MAX_UNKNOWN = 0.02;

  private final ChaosCluster cluster;
  private final History history;
  private final List<String> problems = new ArrayList<>();

  Judgement(ChaosCluster cluster, History history) {
    this.cluster = cluster;
    this.history = history;
  }

  /** Each server takes one write, or leads the client to the one that does. */
  void requireProgress() {
    int number = 0;
    for (String id : cluster.ids()) {
      String token = Token.of(CLIENT, ++number);
      try (AsyncKvClient kv =
          ChaosLoad.builder(cluster, List.of(id)).timeout(PROGRESS_TIME).buildAsync()) {
        var unused =
            history
                .append(CLIENT, PROGRESS, token)
                .async(
                    () -> kv.append(PROGRESS, token), r -> Output.appended(r.version(), r.length()))
                .join();
      } catch (CompletionException e) {
        problems.add("no progress by way of " + id + " within " + PROGRESS_TIME + ": " + e);
      }
    }
  }

  /** All that clients have used, as it is in the end. */
  void readAll(Set<String> keys) {
    try (AsyncKvClient kv =
        ChaosLoad.builder(cluster, cluster.ids()).timeout(Eventually.PATIENCE).buildAsync()) {
      List<CompletableFuture<?>> reads = new ArrayList<>();
      reads.add(read(kv, PROGRESS));
      keys.forEach(key -> reads.add(read(kv, key)));
      CompletableFuture.allOf(reads.toArray(CompletableFuture<?>[]::new)).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof KvException)) {
        throw e;
      }
      problems.add("a final read failed: " + e.getCause());
    }
  }

  private CompletableFuture<?> read(AsyncKvClient kv, String key) {
    return history
        .get(CLIENT, key)
        .async(
            () -> kv.get(key),
            r -> Output.read(r.found(), r.found() ? r.valueAsString() : "", r.version()));
  }

  /** Holds the history against what a store that does one thing after the other could show. */
  void judgeHistory() {
    List<Operation> all = history.operations();
    List<Operation> appends = of(all, true);
    for (Violation violation : AppendChecker.check(appends)) {
      problems.add(violation.toString());
    }
    Verdict verdict = LinearizabilityChecker.check(of(all, false));
    if (!verdict.equals(Verdict.LINEARIZABLE)) {
      problems.add(verdict.toString());
    }
    long unknown = all.stream().filter(Judgement::isUnknown).count();
    if (unknown > MAX_UNKNOWN * all.size()) {
      problems.add(unknown + " of " + all.size() + " operations stayed unknown, which is too many");
    }
  }

  private static List<Operation> of(List<Operation> all, boolean appendOnly) {
    return all.stream()
        .filter(operation -> ChaosKeys.isAppendOnly(operation.key()) == appendOnly)
        .toList();
  }

  private static boolean isUnknown(Operation operation) {
    return operation.status() == Operation.Status.INFO && operation.kind() != Operation.Kind.GET;
  }

  void add(String problem) {
    problems.add(problem);
  }

  /** What is wrong; empty if the run passed. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
