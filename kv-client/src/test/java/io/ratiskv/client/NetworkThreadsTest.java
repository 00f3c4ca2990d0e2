package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetworkThreadsTest {
  private final FakeCluster cluster = new FakeCluster(1);

  /** Of other tests, if they left any. */
  private final int before = NetworkThreads.users();

  @AfterEach
  void close() {
    cluster.close();
  }

  /** A process that is done must not wait for them. */
  @Test
  void endWithTheLastClient() {
    KvClient one = client();
    KvClient other = client();
    one.put("k", "v");
    other.put("k", "v");
    one.close();
    one.close();
    assertThat(other.get("k").found()).isTrue();
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(30))) {
      assertThat(admin.status(cluster.endpoint(0)).server()).isEqualTo("n0");
    }
    assertThat(NetworkThreads.users()).isEqualTo(before + 1);
    other.close();
    assertThat(NetworkThreads.users()).isEqualTo(before);
    awaitNoThreads();
    try (KvClient next = client()) {
      assertThat(next.get("k").found()).isTrue();
    }
  }

  /** Whoever comes while the last one goes finds threads, and nobody leaves any behind. */
  @Test
  void comingAndGoingAtOnceLeavesNone() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        String key = "k" + caller;
        done.add(callers.submit(() -> comeAndGo(key)));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(NetworkThreads.users()).isEqualTo(before);
    awaitNoThreads();
  }

  private void comeAndGo(String key) {
    for (int i = 0; i < 10; i++) {
      try (KvClient client = client()) {
        client.put(key, "v" + i);
        assertThat(client.get(key).valueAsString()).isEqualTo("v" + i);
      }
      try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(30))) {
        assertThat(admin.status(cluster.endpoint(0)).server()).isEqualTo("n0");
      }
    }
  }

  /** gRPC finds threads for all that it has to do at the end of a connection, and says nothing. */
  @Test
  void goingInTheMiddleOfAConnectionIsQuiet() throws Exception {
    List<String> said = new CopyOnWriteArrayList<>();
    Handler ear = new Ear(said);
    Logger grpc = Logger.getLogger("io.grpc");
    grpc.addHandler(ear);
    // Connected, and never greeted.
    try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress())) {
      String endpoint = "127.0.0.1:" + silent.getLocalPort();
      for (int i = 0; i < 60; i++) {
        try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofMillis(1 + i % 6))) {
          assertThatThrownBy(() -> admin.status(endpoint)).isInstanceOf(KvException.class);
        }
      }
    } finally {
      grpc.removeHandler(ear);
    }
    assertThat(said).isEmpty();
  }

  private static final class Ear extends Handler {
    private final List<String> heard;

    Ear(List<String> heard) {
      this.heard = heard;
    }

    @Override
    public void publish(LogRecord entry) {
      heard.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** A connection that can't be made, for want of a file, has no threads either. */
  @Test
  void aQuestionThatCannotBeAskedLeavesNone() {
    Tls nothing = Tls.trusting(Path.of("there-is-none.crt"));
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(30), nothing)) {
      assertThatThrownBy(() -> admin.status(cluster.endpoint(0)))
          .isInstanceOf(UnavailableException.class);
    }
    assertThat(NetworkThreads.users()).isEqualTo(before);
  }

  @Test
  void areDaemons() {
    try (KvClient client = client()) {
      client.put("k", "v");
      assertThat(threads()).isNotEmpty().allMatch(Thread::isDaemon);
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kv-net"))
        .toList();
  }

  private void awaitNoThreads() {
    if (before == 0) {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> threads().isEmpty());
    }
  }

  private KvClient client() {
    return KvClient.builder()
        .endpoints(cluster.endpoint(0))
        .timeout(Duration.ofSeconds(30))
        .build();
  }
}
