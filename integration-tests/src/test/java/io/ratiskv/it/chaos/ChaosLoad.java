package io.ratiskv.it.chaos;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.check.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Eight clients with up to four calls each unanswered: 60 % append, 10 % put, 30 % get. Six know
 * one server and learn the leader from it, two know all. A call has a second.
 */
final class ChaosLoad implements AutoCloseable {
  private static final int CLIENTS = 8;
  private static final int PINNED = 6;
  private static final int CALLS_EACH = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** So fast that there is much to judge, so slow that the machine has time for the servers. */
  private static final int MAX_PAUSE_MILLIS = 40;

  /** After a failure: else a second without a leader would fill the history with unknown calls. */
  private static final int FAILED_PAUSE_MILLIS = 250;

  private final ChaosKeys keys = new ChaosKeys();
  private final List<ChaosClient> clients = new ArrayList<>();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> broken = new AtomicReference<>();

  /** One party for each slot and each resolve under way, and one for this object. */
  private final Phaser running = new Phaser(1);

  private volatile boolean stopping;

  ChaosLoad(
      ChaosCluster cluster,
      LabNetwork network,
      History history,
      Coverage coverage,
      StatusWatch watch) {
    List<String> ids = cluster.ids();
    for (int i = 0; i < CLIENTS; i++) {
      List<String> known = i < PINNED ? List.of(ids.get(i % ids.size())) : ids;
      AsyncKvClient kv = network.carry(builder(cluster, known)).timeout(TIMEOUT).buildAsync();
      clients.add(new ChaosClient(i, kv, history, coverage, watch));
    }
  }

  /** A client that knows these servers. */
  static KvClientBuilder builder(ChaosCluster cluster, List<String> ids) {
    return KvClient.builder()
        .endpoints(ids.stream().map(cluster::endpoint).toList())
        .cluster(cluster.name());
  }

  void start(long seed) {
    Random seeds = new Random(seed);
    for (ChaosClient client : clients) {
      for (int i = 0; i < CALLS_EACH; i++) {
        running.register();
        Random random = new Random(seeds.nextLong());
        timer.execute(() -> next(client, random));
      }
    }
  }

  /** The next call of one slot; its random numbers are drawn by one thread at a time. */
  private void next(ChaosClient client, Random random) {
    if (stopping) {
      running.arriveAndDeregister();
      return;
    }
    var unused =
        call(client, random)
            .whenComplete(
                (ended, failure) -> {
                  if (failure != null) {
                    broken.compareAndSet(null, failure);
                    running.arriveAndDeregister();
                  } else {
                    after(ended, client, random);
                  }
                });
  }

  private CompletableFuture<ChaosClient.Ended> call(ChaosClient client, Random random) {
    int dice = random.nextInt(100);
    if (dice < 10) {
      return client.put(keys.putable(random), random);
    }
    String key = keys.any(random);
    return dice < 70 ? client.append(key, random) : client.get(key);
  }

  private void after(ChaosClient.Ended ended, ChaosClient client, Random random) {
    if (ended.ok()) {
      answered.incrementAndGet();
    } else {
      running.register();
      var unused =
          ended
              .settled()
              .whenComplete(
                  (settled, failure) -> {
                    if (failure != null) {
                      broken.compareAndSet(null, failure);
                    }
                    running.arriveAndDeregister();
                  });
    }
    int pause = ended.ok() ? random.nextInt(MAX_PAUSE_MILLIS) : FAILED_PAUSE_MILLIS;
    var unused = timer.schedule(() -> next(client, random), pause, TimeUnit.MILLISECONDS);
  }

  /** Calls that were answered so far. */
  long answered() {
    return answered.get();
  }

  ChaosKeys keys() {
    return keys;
  }

  /** Makes no more calls, and waits until nothing more is to be learnt of those that were made. */
  void stop(Duration patience) throws InterruptedException {
    stopping = true;
    int phase = running.arrive();
    try {
      running.awaitAdvanceInterruptibly(phase, patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(running.getUnarrivedParties() + " calls never ended", e);
    }
    Throwable failure = broken.get();
    if (failure != null) {
      throw new AssertionError("a client broke its contract", failure);
    }
  }

  @Override
  public void close() {
    stopping = true;
    timer.shutdownNow();
    clients.forEach(ChaosClient::close);
  }
}
