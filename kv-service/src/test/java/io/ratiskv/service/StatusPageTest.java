package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.http.HttpFront;
import io.ratiskv.service.http.Json;
import io.ratiskv.service.http.Page;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a headless Chromium; skipped, and says so, where there is none. */
class StatusPageTest {
  private static final List<Path> BROWSERS =
      List.of(Path.of("/usr/bin/chromium"), Path.of("/usr/bin/chromium-browser"));
  private static Path browser = Path.of("");

  private final AtomicInteger asked = new AtomicInteger();

  @TempDir private Path folder;

  @BeforeAll
  static void find() {
    Optional<Path> found = BROWSERS.stream().filter(Files::isExecutable).findFirst();
    assumeTrue(found.isPresent(), "skipped: no Chromium in " + BROWSERS);
    browser = found.get();
  }

  @Test
  void showsRolesLagThroughputAndEqualDigests() throws Exception {
    String page =
        render(
            () -> {
              int time = asked.incrementAndGet();
              return cluster(
                  leader(time).setCommitIndex(1_000_700).build(),
                  follower("n2", 1_000_500).setDigest(0xabcL).build(),
                  null);
            });

    assertThat(text(page, "cluster")).isEqualTo("Cluster shop <1>");
    assertThat(text(page, "words"))
        .isEqualTo("n1 leads; 2 of 3 servers answer; digests agree, last compared at index 77.");
    assertThat(page).contains("role=\"status\" class=\"warn\"").doesNotContain("<td class=\"bad\"");
    assertThat(text(page, "writes")).as("500 in half a second").isEqualTo("1,000");
    assertThat(text(page, "reads")).isEqualTo("0");
    assertThat(text(page, "sessions")).isEqualTo("12");
    assertThat(text(page, "bytes")).isEqualTo("5.0 MiB");
    assertThat(page)
        .contains("<td class=\"word leader\">leader</td>", "<td class=\"word\">follower</td>")
        .contains("<td>200</td>")
        .contains("<code>0000000000000abc @ 77</code>")
        .contains("does not answer</td>");
  }

  @Test
  void saysWhereDigestsDiffer() throws Exception {
    String page =
        render(
            () ->
                cluster(
                    leader(1).build(),
                    follower("n2", 5).setDigest(0xdefL).build(),
                    follower("n3", 5).build()));

    assertThat(text(page, "words")).startsWith("DIGESTS DIFFER: n2 and n1 at index 77");
    assertThat(page).contains("role=\"status\" class=\"bad\"");
  }

  @Test
  void saysThatThereIsNoLeader() throws Exception {
    String page = render(() -> cluster(null, follower("n2", 5).clearLeader().build(), null));

    assertThat(text(page, "words"))
        .isEqualTo("No leader that a majority agrees on; 1 of 3 servers answer.");
  }

  private static ServerStatus.Builder leader(int time) {
    return follower("n1", 1_000_700)
        .setRole(ServerStatus.Role.LEADER)
        .setOperations(500L * time)
        .setUptimeMillis(500L * time);
  }

  private static ServerStatus.Builder follower(String id, long applied) {
    return ServerStatus.newBuilder()
        .setCluster("shop <1>")
        .setServer(id)
        .setRole(ServerStatus.Role.FOLLOWER)
        .setLeader("n1")
        .setTerm(3)
        .setAppliedIndex(applied)
        .setSnapshotIndex(-1)
        .setSessions(12)
        .setBytes(5 << 20)
        .setDigest(0xabcL)
        .setDigestIndex(77);
  }

  private static String cluster(ServerStatus... statuses) {
    StringBuilder servers = new StringBuilder();
    for (int i = 0; i < statuses.length; i++) {
      Json server = new Json().put("server", "n" + (i + 1)).put("endpoint", "h" + i + ":7001");
      if (statuses[i] == null) {
        server.put("error", "does not answer");
      } else {
        server.raw("status", StatusJson.of(statuses[i]).toString());
      }
      servers.append(i == 0 ? "" : ",").append(server);
    }
    return new Json()
        .put("cluster", "shop <1>")
        .put("server", "n1")
        .raw("servers", "[" + servers + "]")
        .toString();
  }

  /** The page as it stands after some seconds of its own, virtual, time. */
  private String render(java.util.function.Supplier<String> cluster) throws Exception {
    try (HttpFront front =
        HttpFront.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            null,
            Map.of(
                "/", Observation::html, "/cluster", () -> Page.Answer.json(200, cluster.get())))) {
      return dump("http://127.0.0.1:" + front.port() + "/");
    }
  }

  private String dump(String address) throws IOException, InterruptedException {
    Path out = folder.resolve("page.html");
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("profile"),
                "--virtual-time-budget=5000",
                "--dump-dom",
                address)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("Chromium is done in time").isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** What stands in the element of that id. */
  private static String text(String page, String id) {
    int begin = page.indexOf('>', page.indexOf("id=\"" + id + "\"")) + 1;
    return page.substring(begin, page.indexOf('<', begin))
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
