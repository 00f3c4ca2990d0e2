package io.ratiskv.it.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.cli.x509.Authority;
import io.ratiskv.client.AccessDeniedException;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Outcome;
import io.ratiskv.client.RequestId;
import io.ratiskv.client.Tls;
import io.ratiskv.it.Eventually;
import io.ratiskv.service.Member;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mutual TLS at every port, with real certificates, right ones and wrong ones. */
class TlsIT {
  private static final Duration SHORT = Duration.ofSeconds(2);

  @TempDir static Path folder;

  private static TlsFolder files;
  private static TlsCluster cluster;
  private static Tls admin;
  private static TlsCluster.Reign reign;

  @BeforeAll
  static void start() throws IOException {
    files = new TlsFolder(folder);
    Path rules =
        Files.writeString(
            files.path("rules"),
            """
            client/writer    read,write  *
            client/*         read,write  shared/
            client/billing   write       billing/
            read-only/*      read        shared/
            """);
    cluster = new TlsCluster(folder, id -> files.server(id, rules));
    admin = files.client(files.clients, "admin", "ops");
  }

  @BeforeEach
  void seeWhoLeads() {
    reign = cluster.reign(admin);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  private static Member leader() {
    return cluster.members().stream()
        .filter(member -> member.id().equals(reign.leader()))
        .findAny()
        .orElseThrow();
  }

  private static void assertDenied(KvException e) {
    assertThat(e).isInstanceOf(AccessDeniedException.class);
    assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED);
  }

  @Test
  void whoHasARightCertificateReadsAndWrites() throws IOException {
    try (KvClient kv = cluster.client(files.client(files.clients, "client", "writer"))) {
      kv.put("any", "1");
      assertThat(kv.append("any", "2").length()).isEqualTo(2);
      assertThat(kv.get("any").valueAsString()).isEqualTo("12");
    }
  }

  /** So the servers take each other's certificates there too. */
  @Test
  void readsAloneTakeNoEntry() throws IOException {
    try (KvClient kv = cluster.client(files.client(files.clients, "client", "writer"));
        KvAdmin ops = KvAdmin.withTimeout(Eventually.PATIENCE, admin)) {
      Eventually.eventually(
          "reads that add nothing to the log",
          () -> {
            long logged = ops.status(leader().client().toString()).commitIndex();
            for (int i = 0; i < 20; i++) {
              kv.get("any");
            }
            assertThat(ops.status(leader().client().toString()).commitIndex()).isEqualTo(logged);
          });
    }
  }

  @Test
  void theRulesSayWhichKeys() throws IOException {
    try (KvClient kv = cluster.client(files.client(files.clients, "client", "billing"))) {
      kv.put("billing/1", "x");
      kv.put("shared/1", "y");
      assertThat(kv.get("shared/1").valueAsString()).isEqualTo("y");
      assertThatThrownBy(() -> kv.put("other", "secret"))
          .isInstanceOfSatisfying(KvException.class, TlsIT::assertDenied)
          .hasMessageNotContaining("secret");
      assertThatThrownBy(() -> kv.get("billing/1"))
          .isInstanceOfSatisfying(KvException.class, TlsIT::assertDenied);
      // Neither ends what may be done.
      kv.append("billing/1", "z");
    }
  }

  @Test
  void aReaderNeverWrites() throws IOException {
    try (KvClient kv = cluster.client(files.client(files.clients, "read-only", "dashboard"))) {
      assertThat(kv.get("shared/nothing").found()).isFalse();
      assertThatThrownBy(() -> kv.put("shared/1", "x"))
          .isInstanceOfSatisfying(KvException.class, TlsIT::assertDenied);
    }
  }

  @Test
  void onlyAnOperatorOperates() throws IOException {
    String leader = leader().client().toString();
    try (KvAdmin ops = KvAdmin.withTimeout(Eventually.PATIENCE, admin);
        KvAdmin client =
            KvAdmin.withTimeout(
                Eventually.PATIENCE, files.client(files.clients, "client", "nosy"))) {
      assertThat(client.status(leader).server()).isEqualTo(reign.leader());
      assertThatThrownBy(() -> client.snapshot(leader))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("client/nosy may not call TakeSnapshot");
      assertThatThrownBy(() -> client.removeMember(leader, "n1"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> client.transferLeadership(leader, "n1"))
          .isInstanceOf(AccessDeniedException.class);
      assertThatThrownBy(() -> client.backup(leader, OutputStream.nullOutputStream()))
          .isInstanceOf(AccessDeniedException.class);
      assertThat(ops.snapshot(leader)).isNotNegative();
      assertThat(ops.backup(leader, OutputStream.nullOutputStream())).isPositive();
    }
  }

  @Test
  void aServersCertificateIsNoClients() throws IOException {
    try (KvClient kv = cluster.client(files.tls("n1"))) {
      assertThatThrownBy(() -> kv.get("any")).isInstanceOf(AccessDeniedException.class);
    }
  }

  @Test
  void aSessionIsItsOwnersAlone() throws IOException {
    Tls owner = files.client(files.clients, "client", "writer");
    Tls other = files.client(files.clients, "client", "writer2");
    try (KvClient first = cluster.client(owner);
        KvClient second = cluster.client(other)) {
      first.put("shared/session", "1");
      long epoch = epoch();
      // Ids are counted, so somebody may guess them; the other has no session of its own yet.
      List<String> answers = new ArrayList<>();
      for (int session = 1; session <= 20; session++) {
        answers.add(answer(second, new RequestId(epoch, session, 1, 0)));
      }
      assertThat(answers).anyMatch(answer -> answer.contains("another principal's"));
      assertThat(answers).noneMatch(answer -> answer.contains("Applied"));
      first.put("shared/session", "2");
    }
  }

  private static String answer(KvClient kv, RequestId id) {
    return kv.async().resolve(id).handle((found, failure) -> found + " " + failure).join();
  }

  private static long epoch() {
    try (KvAdmin ops = KvAdmin.withTimeout(Eventually.PATIENCE, admin)) {
      return ops.status(leader().client().toString()).epoch();
    }
  }

  @Test
  void strangersAreNotLetIn() throws IOException {
    Authority another = Authority.create("clients");
    Tls[] strangers = {
      files.client(another, "client", "forged"),
      files.expired("client", "old"),
      Tls.trusting(files.path("peers-ca.crt"))
    };
    for (Tls stranger : strangers) {
      try (KvClient kv = cluster.client(stranger, SHORT)) {
        assertThatThrownBy(() -> kv.put("any", "x"))
            .isInstanceOfSatisfying(
                KvException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
      }
    }
    assertThat(cluster.reign(admin)).isEqualTo(reign);
  }

  @Test
  void aCertificateWithoutARoleIsNobodys() throws IOException {
    files
        .clients
        .certify("x", "https://example.com/", List.of(), Duration.ofHours(1))
        .write(files.path("x.crt"), files.path("x.key"));
    try (KvClient kv = cluster.client(files.tls("x"))) {
      assertThatThrownBy(() -> kv.get("any"))
          .isInstanceOf(AccessDeniedException.class)
          .hasMessageContaining("names no role");
    }
  }

  @Test
  void aServerThatIsNotTheOneIsNotSpokenTo() throws IOException {
    files.trust("others-ca", Authority.create("others"));
    Tls trustsOthers = Tls.trusting(files.path("others-ca.crt"));
    try (KvClient kv = cluster.client(trustsOthers.with(admin.certificate(), admin.key()), SHORT)) {
      assertThatThrownBy(() -> kv.put("any", "x"))
          .isInstanceOfSatisfying(
              KvException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.NOT_APPLIED));
    }
  }

  @Test
  void raftsPortIsForServersAlone() throws IOException {
    int port = leader().raft().port();
    files.certify(files.peers, "client", "servers-client");
    files.certify(files.clients, "peer", "clients-peer");
    assertThat(letsIn(port, "n1")).isTrue();
    // The right authority, and the wrong role; the right role, and the wrong authority.
    assertThat(letsIn(port, "servers-client")).isFalse();
    assertThat(letsIn(port, "clients-peer")).isFalse();
    assertThat(letsIn(port, "ops")).isFalse();
    assertThat(letsIn(leader().client().port(), "ops")).isTrue();
  }

  private static boolean letsIn(int port, String name) throws IOException {
    return Wire.letsIn(port, files.path(name + ".crt"), files.path(name + ".key"));
  }

  @Test
  void byHttpWhoMayAskForTheStatusSeesIt() throws IOException {
    files.client(files.clients, "read-only", "prometheus");
    files.client(Authority.create("clients"), "client", "forged");
    files
        .clients
        .certify("y", "https://example.com/", List.of(), Duration.ofHours(1))
        .write(files.path("y.crt"), files.path("y.key"));
    int port = cluster.http(leader()).port();

    for (String path : new String[] {"/metrics", "/status", "/cluster", "/"}) {
      assertThat(Wire.get(port, path, null, null)).startsWith("HTTP/1.1 403 ");
      assertThat(get(port, path, "y")).startsWith("HTTP/1.1 403 ");
      assertThat(get(port, path, "forged")).isEmpty();
      assertThat(get(port, path, "prometheus")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(get(port, "/metrics", "prometheus")).contains("ratiskv_ready 1\n");
    assertThat(get(port, "/cluster", "ops")).contains("\"role\":\"leader\"");
    for (String path : new String[] {"/livez", "/readyz"}) {
      assertThat(Wire.get(port, path, null, null)).as("a probe").startsWith("HTTP/1.1 200 ");
    }
  }

  private static String get(int port, String path, String name) throws IOException {
    return Wire.get(port, path, files.path(name + ".crt"), files.path(name + ".key"));
  }

  /** Those who begin a handshake and say no more have all threads for some seconds at most. */
  @Test
  void handshakesThatStallAreGivenUp() throws IOException {
    int port = cluster.http(leader()).port();
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 16; i++) {
        stalled.add(Wire.stall(port));
      }
      Eventually.until(
          "the others are answered",
          () -> Wire.get(port, "/livez", null, null).startsWith("HTTP/1.1 200 "));
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void certificatesAreSwappedWhileTheServersRun() throws IOException {
    Authority next = Authority.create("clients, the next");
    Tls writer = files.client(files.clients, "client", "writer");
    try (KvClient before = cluster.client(writer)) {
      before.put("shared/swap", "1");

      // First both authorities are taken, then the old one is not any more.
      files.trust("clients-ca", files.clients, next);
      Tls nextAdmin = files.client(next, "admin", "next-ops");
      try (KvAdmin ops = KvAdmin.withTimeout(SHORT, nextAdmin)) {
        Eventually.until(
            "the new authority is taken",
            () -> cluster.endpoints().stream().allMatch(endpoint -> answers(ops, endpoint)));
      }
      int port = leader().client().port();
      List<Wire> known = List.of(known(files.clients, "TLSv1.2"), known(files.clients, "TLSv1.3"));
      for (Wire wire : known) {
        assertThat(wire.letsIn(port)).isTrue();
      }
      files.trust("clients-ca", next);
      Eventually.until("the old one is not", () -> !letsIn(port, "ops"));
      assertThat(get(cluster.http(leader()).port(), "/status", "ops")).isEmpty();
      // Nor does it help to have been here before.
      for (Wire wire : known) {
        assertThat(wire.letsIn(port)).as("%s", wire).isFalse();
      }

      // Who is connected stays so, and a server shows its new certificate at both ports.
      before.append("shared/swap", "2");
      files.certify(files.peers, "peer", leader().id());
      byte[] shown = Files.readAllBytes(files.path(leader().id() + ".crt"));
      int http = cluster.http(leader()).port();
      for (int each : new int[] {port, leader().raft().port(), http}) {
        Eventually.until("the new certificate is shown", () -> shows(each, "n1", shown));
      }
      assertThat(cluster.reign(nextAdmin)).isEqualTo(reign);
    } finally {
      files.trust("clients-ca", files.clients);
    }
    assertThat(cluster.reign(admin)).isEqualTo(reign);
  }

  /** Somebody who remembers his TLS sessions. */
  private static Wire known(Authority authority, String protocol) throws IOException {
    String role = authority == files.clients ? "client" : "peer";
    files.certify(authority, role, "known");
    return new Wire(files.path("known.crt"), files.path("known.key"), protocol);
  }

  @Test
  void whoWasLetInAtRaftsPortIsNotLetInForThat() throws IOException {
    int port = leader().raft().port();
    List<Wire> known = List.of(known(files.peers, "TLSv1.2"), known(files.peers, "TLSv1.3"));
    try {
      for (Wire wire : known) {
        assertThat(wire.letsIn(port)).isTrue();
      }
      files.trust("peers-ca", Authority.create("other servers"));
      Eventually.until("the old authority is not taken", () -> !letsIn(port, "n1"));
      for (Wire wire : known) {
        assertThat(wire.letsIn(port)).as("%s", wire).isFalse();
      }
    } finally {
      files.trust("peers-ca", files.peers);
    }
    Eventually.until("it is again", () -> letsIn(port, "n1"));
  }

  private static boolean answers(KvAdmin ops, String endpoint) {
    try {
      return !ops.status(endpoint).server().isEmpty();
    } catch (KvException e) {
      return false;
    }
  }

  private static boolean shows(int port, String to, byte[] pem) throws Exception {
    try {
      byte[] der =
          Wire.shownTo(port, files.path(to + ".crt"), files.path(to + ".key")).getEncoded();
      return new String(pem, UTF_8)
          .replace("\n", "")
          .contains(java.util.Base64.getEncoder().encodeToString(der));
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void garbageOnEveryPortChangesNothing() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("garbage: -Dseed=" + seed);
    Random random = new Random(seed);
    for (Member member : cluster.members()) {
      int http = cluster.http(member).port();
      for (int port : new int[] {member.client().port(), member.raft().port(), http}) {
        Wire.send(port, "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
        Wire.send(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8));
        // The head of a handshake that claims more than it has.
        Wire.send(port, new byte[] {0x16, 3, 1, (byte) 0xff, (byte) 0xff, 1});
        for (int i = 0; i < 3; i++) {
          byte[] bytes = new byte[random.nextInt(20_000)];
          random.nextBytes(bytes);
          Wire.send(port, bytes);
        }
      }
    }
    try (KvClient kv = cluster.client(files.client(files.clients, "client", "writer"))) {
      kv.put("any", "after garbage");
    }
    assertThat(Wire.get(cluster.http(leader()).port(), "/livez", null, null)).contains("alive");
    assertThat(cluster.reign(admin)).isEqualTo(reign);
  }
}
