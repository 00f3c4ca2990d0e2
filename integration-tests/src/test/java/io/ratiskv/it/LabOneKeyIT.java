package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvClient;
import io.ratiskv.client.LabNetwork;
import io.ratiskv.it.check.AppendChecker;
import io.ratiskv.it.check.History;
import io.ratiskv.it.check.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The lab's test UnreliableOneKey: five clients append ten tokens each to one key. */
class LabOneKeyIT {
  private static final int CLIENTS = 5;
  private static final int APPENDS = 10;
  private static final String KEY = "k";

  @RegisterExtension final KvCluster cluster = LabScenario.neverSnapshotting(3);

  @Test
  void unreliableOneKey() throws Exception {
    LabSeed.run("UnreliableOneKey", this::unreliableOneKey);
  }

  private void unreliableOneKey(long seed) throws Exception {
    Random random = new Random(seed);
    History history = new History(e -> false);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (LabNetwork network = new LabNetwork(random.nextLong())) {
      List<CompletableFuture<Void>> ends = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        ends.add(CompletableFuture.runAsync(() -> appendAll(network, history, client), threads));
      }
      CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
          .get(2 * Eventually.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      threads.shutdown();
    }
    try (KvClient kv = cluster.client()) {
      String value = new LabClient(kv, history, CLIENTS, 0).get(KEY);
      assertThat(value).hasSize(CLIENTS * APPENDS * Token.of(0, 0).length());
      assertThat(AppendChecker.checkWithClientOrder(history.operations())).isEmpty();
    }
    assertThat(cluster.state(cluster.leader()).duplicates()).isPositive();
  }

  private void appendAll(LabNetwork network, History history, int number) {
    try (KvClient kv = network.carry(cluster.builder().timeout(Eventually.PATIENCE)).build()) {
      LabClient client = new LabClient(kv, history, number, 0);
      for (int n = 0; n < APPENDS; n++) {
        client.append(KEY, Token.of(number, n));
      }
    }
  }
}
