package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.LabNetwork;
import io.ratiskv.client.Outcome;
import io.ratiskv.it.LabScenario.Trait;
import io.ratiskv.it.check.AppendChecker;
import io.ratiskv.it.check.History;
import io.ratiskv.it.check.LinearizabilityChecker;
import io.ratiskv.it.check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A scenario under way: three rounds, of -Dlab.seconds seconds each. */
final class LabRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LabRun.class);
  private static final int ROUNDS = 3;
  private static final long ROUND_NANOS =
      (long) (Double.parseDouble(System.getProperty("lab.seconds", "1.5")) * 1e9);

  /** Before the first cut of a round. */
  private static final long CALM_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final long SPLIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1000);

  private final LabScenario scenario;
  private final KvCluster cluster;
  private final Random random;
  private final LabNetwork network;
  private final LabPartitions partitions;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final History history =
      new History(e -> e instanceof KvException k && k.outcome() == Outcome.NOT_APPLIED);
  private long duplicates;
  private final AtomicLong operations = new AtomicLong();
  private volatile boolean over;

  LabRun(LabScenario scenario, KvCluster cluster, long seed) {
    this.scenario = scenario;
    this.cluster = cluster;
    this.random = new Random(seed);
    this.network = new LabNetwork(random.nextLong());
    this.partitions = new LabPartitions(cluster);
  }

  void run() throws Exception {
    try {
      for (int round = 0; round < ROUNDS; round++) {
        round(round);
        assertSizes();
      }
      cluster.awaitEqualDigests();
      countDuplicates();
      LOG.warn(
          "{}: {} operations, {} duplicates at servers, {}",
          scenario.name(),
          operations,
          duplicates,
          network.describe());
      if (scenario.has(Trait.UNRELIABLE)) {
        assertThat(network.wasBad()).as(network.describe()).isTrue();
        assertThat(duplicates).as("duplicates that servers met").isPositive();
      }
    } finally {
      judge();
    }
  }

  private void round(int round) throws Exception {
    over = false;
    try {
      CompletableFuture<Void> all = start(round);
      disturb(all);
      over = true;
      partitions.heal();
      countDuplicates();
      if (scenario.has(Trait.CRASH)) {
        cluster.restartAll();
      }
      all.get(2 * Eventually.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      countDuplicates();
    } finally {
      over = true;
      partitions.heal();
    }
    readAll(round);
  }

  private KvClient client() {
    var builder = cluster.builder().timeout(Eventually.PATIENCE);
    return scenario.has(Trait.UNRELIABLE) ? network.carry(builder).build() : builder.build();
  }

  private CompletableFuture<Void> start(int round) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < scenario.clients(); i++) {
      int number = i;
      long seed = random.nextLong();
      ends.add(CompletableFuture.runAsync(() -> use(round, number, seed), threads));
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new));
  }

  /** A client of a round, from its first call to its close. */
  private void use(int round, int number, long seed) {
    try (KvClient kv = client()) {
      LabClient client = new LabClient(kv, history, number, seed);
      if (scenario.has(Trait.RANDOM_KEYS)) {
        client.useSharedKeys(round, scenario.clients(), () -> over);
      } else {
        client.useOwnKey(round, () -> over);
      }
      operations.addAndGet(client.operations());
    }
  }

  /** For as long as a round takes, or until all clients have ended. */
  private void disturb(CompletableFuture<Void> clients) throws Exception {
    long end = System.nanoTime() + ROUND_NANOS;
    if (scenario.has(Trait.PARTITION)) {
      letRun(clients, CALM_NANOS);
      while (end - System.nanoTime() > 0) {
        partitions.splitAtRandom(random);
        letRun(clients, Math.min(SPLIT_NANOS, Math.max(0, end - System.nanoTime())));
      }
    } else {
      letRun(clients, ROUND_NANOS);
    }
  }

  private static void letRun(CompletableFuture<Void> clients, long nanos)
      throws InterruptedException, ExecutionException {
    try {
      clients.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      // Nothing is wrong: they are to run for longer.
    }
  }

  /** By a client that nothing happens to: what has become of the keys of a round. */
  private void readAll(int round) {
    try (KvClient kv = cluster.client()) {
      LabClient reader = new LabClient(kv, history, scenario.clients(), 0);
      for (int i = 0; i < scenario.clients(); i++) {
        reader.get(
            scenario.has(Trait.RANDOM_KEYS)
                ? LabClient.sharedKey(round, i)
                : LabClient.ownKey(round, i));
      }
    }
  }

  private void countDuplicates() {
    for (String id : cluster.ids()) {
      duplicates = Math.max(duplicates, cluster.state(id).duplicates());
    }
  }

  private void assertSizes() {
    if (scenario.has(Trait.SNAPSHOTS)) {
      LabSizes.assertSnapshots(cluster);
      LabSizes.assertShortLogs(cluster);
    } else {
      LabSizes.assertNoSnapshots(cluster);
    }
  }

  private void judge() throws IOException {
    Path file = Files.createTempFile(scenario.name(), ".jsonl");
    history.writeTo(file);
    if (scenario.has(Trait.RANDOM_KEYS)) {
      assertThat(LinearizabilityChecker.check(history.operations()))
          .as("the history in %s", file)
          .isEqualTo(Verdict.LINEARIZABLE);
    } else {
      assertThat(AppendChecker.checkWithClientOrder(history.operations()))
          .as("the history in %s", file)
          .isEmpty();
    }
    Files.delete(file);
  }

  @Override
  public void close() {
    over = true;
    partitions.close();
    threads.shutdown();
    network.close();
  }
}
