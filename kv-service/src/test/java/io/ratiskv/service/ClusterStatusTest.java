package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.v1.ServerStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The servers of a cluster, asked for a page. */
class ClusterStatusTest {
  private static final ServerStatus OWN =
      ServerStatus.newBuilder().setCluster("c").setServer("n1").build();
  private static final List<ServiceView.Peer> PEERS =
      List.of(new ServiceView.Peer("n1", "h:1"), new ServiceView.Peer("n2", "h:2"));

  /** Or the threads that tell of this server's health would all wait for another one. */
  @Test
  void whileOneWaitsForASilentServerOthersDont() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    ClusterStatus cluster =
        new ClusterStatus(
            endpoint -> {
              asked.countDown();
              await(answers);
              return Optional.empty();
            },
            ForkJoinPool.commonPool(),
            System::nanoTime);
    CompletableFuture<String> first =
        CompletableFuture.supplyAsync(
            () -> cluster.ask(OWN, PEERS), task -> new Thread(task).start());

    await(asked);
    assertThat(cluster.ask(OWN, PEERS)).contains("\"servers\":[]");

    answers.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).contains("does not answer", "\"n1\"");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
