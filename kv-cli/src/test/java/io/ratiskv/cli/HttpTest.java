package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ratiskv.client.KvClient;
import io.ratiskv.service.KvServer;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the servers of a cluster, in this JVM, show by HTTP. */
class HttpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:ratiskv|ratis|jvm|process)_[a-z_]+[a-z]\\b");

  private final List<Integer> ports = FreePorts.take(9);
  private final List<Member> members =
      IntStream.range(0, 3)
          .mapToObj(i -> new Member("n" + i, at(ports.get(i)), at(ports.get(3 + i))))
          .toList();
  private final List<KvServer> servers = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @AfterEach
  void stop() throws IOException {
    for (KvServer server : servers) {
      server.close();
    }
  }

  @Test
  void showsAClusterFromItsFirstMomentToTheLossOfItsQuorum() throws Exception {
    CompletableFuture<KvServer> first = CompletableFuture.supplyAsync(() -> start(0));
    await().atMost(PATIENCE).until(() -> status(0, "/livez") == 200);
    assertThat(get(0, "/readyz").statusCode()).as("waits for the others").isEqualTo(503);
    assertThat(get(0, "/metrics").statusCode()).isEqualTo(503);

    CompletableFuture<KvServer> second = CompletableFuture.supplyAsync(() -> start(1));
    servers.add(start(2));
    servers.add(first.get());
    servers.add(second.get());
    for (int i = 0; i < 3; i++) {
      int server = i;
      await().atMost(PATIENCE).until(() -> status(server, "/readyz") == 200);
    }
    useIt();
    showsWhatWasDone();
    showsTheWholeCluster();
    theDashboardAndTheAlertsAskForWhatThereIs();

    // n0 alone is left.
    servers.remove(2).close();
    servers.remove(0).close();
    await().atMost(PATIENCE).until(() -> status(0, "/readyz") == 503);
    assertThat(get(0, "/livez").statusCode()).isEqualTo(200);
    assertThat(get(0, "/metrics").body()).contains("ratiskv_ready 0\n");
  }

  private void useIt() {
    try (KvClient kv =
        KvClient.builder()
            .endpoints(members.stream().map(m -> m.client().toString()).toArray(String[]::new))
            .build()) {
      for (int i = 0; i < 10; i++) {
        kv.put("k" + i, "v");
      }
      kv.append("k1", "w");
      assertThat(kv.get("k1").valueAsString()).isEqualTo("vw");
    }
  }

  private void showsWhatWasDone() throws Exception {
    await().atMost(PATIENCE).untilAsserted(this::showsALeaderAndAFollower);
    // Of the server that led then; another may lead by now.
    assertThat(IntStream.range(0, 3).mapToObj(i -> body(i, "/metrics")))
        .anySatisfy(
            metrics ->
                assertThat(metrics)
                    .contains(
                        "ratiskv_requests_total{kind=\"batch\",outcome=\"done\"} 11\n",
                        "ratiskv_request_seconds_count{kind=\"batch\"} 11\n",
                        "ratiskv_read_keys_total 1\n"));
  }

  private void showsALeaderAndAFollower() {
    int leader =
        IntStream.range(0, 3)
            .filter(i -> body(i, "/status").contains("\"role\":\"leader\""))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no leader"));
    assertThat(body(leader, "/status"))
        .contains("\"server\":\"n" + leader + "\"", "\"ready\":true", "\"operations\":11");
    assertThat(body(leader, "/metrics"))
        .contains(
            "ratiskv_server_info{cluster=\"test\",server=\"n" + leader + "\"} 1\n",
            "ratiskv_role{role=\"leader\"} 1\n",
            "ratiskv_operations_total{kind=\"put\",outcome=\"applied\"} 10\n",
            "ratiskv_operations_total{kind=\"append\",outcome=\"applied\"} 1\n",
            "ratiskv_pending_requests 0\n",
            "ratiskv_certificate_expires_timestamp_seconds{port=\"clients\"} +Inf\n",
            "ratiskv_keys 10\n")
        // What the disk took, as Ratis measures it.
        .containsPattern("ratis_log_worker_sync_seconds_count [1-9]")
        .containsPattern("ratis_log_appender_follower_match_index\\{peer=\"n\\d\"} \\d+");
    int follower = (leader + 1) % 3;
    assertThat(body(follower, "/metrics"))
        .contains(
            "ratiskv_operations_total{kind=\"put\",outcome=\"applied\"} 10\n",
            "ratiskv_lag_entries 0\n");
  }

  private void showsTheWholeCluster() {
    assertThat(body(0, "/"))
        .startsWith("<!DOCTYPE html>")
        .as("nothing from elsewhere")
        .doesNotContain("src=", "@import", "http");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(body(1, "/cluster"))
                    .contains(
                        "\"server\":\"n1\",\"servers\":[{\"server\":\"n0\"", "\"role\":\"leader\"")
                    .doesNotContain("does not answer"));
  }

  private void theDashboardAndTheAlertsAskForWhatThereIs() throws IOException {
    Set<String> there = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      body(i, "/metrics")
          .lines()
          .filter(line -> line.startsWith("# TYPE "))
          .forEach(line -> there.add(line.split(" ", -1)[2]));
    }
    for (String file :
        List.of(
            "monitoring/grafana-dashboard.json", "monitoring/alerts.yml", "docs/monitoring.md")) {
      Set<String> asked =
          METRIC
              .matcher(Files.readString(Path.of("..").resolve(file)))
              .results()
              .map(found -> found.group().replaceAll("_bucket$", ""))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(asked).as(file).hasSizeGreaterThan(10);
      assertThat(there).as("metrics that %s names", file).containsAll(asked);
    }
  }

  private KvServer start(int number) {
    Member self = members.get(number);
    try {
      return KvServer.start(
          new ServerConfig(
                  "test",
                  self.id(),
                  members,
                  folder.resolve(self.id()),
                  SnapshotPolicy.DEFAULT,
                  ServiceLimits.DEFAULT)
              .withHttp(at(ports.get(6 + number))),
          (reason, message, cause) -> {
            throw new AssertionError(message, cause);
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int status(int server, String path) throws InterruptedException {
    try {
      return get(server, path).statusCode();
    } catch (IOException e) {
      return -1;
    }
  }

  private String body(int server, String path) {
    try {
      return get(server, path).body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private HttpResponse<String> get(int server, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://" + at(ports.get(6 + server)) + path);
    return http.send(
        HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static Member.Endpoint at(int port) {
    return new Member.Endpoint("127.0.0.1", port);
  }
}
