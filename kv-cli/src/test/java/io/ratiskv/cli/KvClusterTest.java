package io.ratiskv.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.service.Member;
import io.ratiskv.service.ServerConfig;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of clients against three servers in this JVM. */
class KvClusterTest {
  private static LocalServers servers;
  private static Path folder;
  private static Map<String, String> environment;

  @BeforeAll
  static void start(@TempDir Path temporary) {
    folder = temporary;
    List<Integer> ports = FreePorts.take(6);
    List<Member> members =
        IntStream.range(0, 3)
            .mapToObj(i -> new Member("n" + i, at(ports.get(2 * i)), at(ports.get(2 * i + 1))))
            .toList();
    servers =
        LocalServers.start(
            new Shell(
                new ByteArrayInputStream(new byte[0]),
                System.out,
                System.err,
                Map.of(),
                false,
                false,
                "kv"),
            members.stream().map(member -> config(member, members, folder)).toList());
    environment =
        Map.of(
            Endpoints.VARIABLE,
            members.stream()
                .map(member -> member.client().toString())
                .collect(Collectors.joining(",")));
    assertThat(kv("status", "--wait", "60s").exitCode()).isZero();
  }

  @AfterAll
  static void stop() {
    servers.close();
  }

  @Test
  void putAndGet() {
    assertThat(kv("put", "greeting", "hello")).isEqualTo(new Answer(0, "", ""));
    assertThat(kv("get", "greeting")).isEqualTo(new Answer(0, "hello", ""));
    assertThat(kv("put", "greeting", "bye", "-v").out()).matches("3 bytes, version \\d+\n");
    assertThat(kv("get", "greeting", "-v").err()).matches("3 bytes, version \\d+\n");
  }

  @Test
  void aMissingKeyIsNotAnEmptyValue() {
    assertThat(kv("get", "nobody")).isEqualTo(new Answer(1, "", "no such key: nobody\n"));
    kv("put", "empty", "");
    assertThat(kv("get", "empty")).isEqualTo(new Answer(0, "", ""));
  }

  @Test
  void anyBytesGoInAndComeOut() {
    byte[] value = new byte[Limits.MAX_VALUE_BYTES];
    new Random(11).nextBytes(value);
    assertThat(Run.kv(environment, value, "put", "binary").exitCode()).isZero();
    assertThat(Run.kv(environment, new byte[0], "get", "binary").bytes()).isEqualTo(value);
  }

  @Test
  void whatIsTooLargeIsRefused() {
    byte[] value = new byte[Limits.MAX_VALUE_BYTES + 1];
    Run run = Run.kv(environment, value, "put", "large", "-");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("1048576 bytes (not applied)");
    assertThat(kv("put", "", "x").exitCode()).isEqualTo(3);
    assertThat(kv("put", "k".repeat(4097), "x").err()).contains("4097", "(not applied)");
    assertThat(kv("get", "large").exitCode()).isEqualTo(1);
  }

  @Test
  void appends() {
    kv("append", "log", "a");
    assertThat(kv("append", "log", "bc", "-v").out()).matches("3 bytes, version \\d+\n");
    assertThat(kv("get", "log").out()).isEqualTo("abc");
  }

  @Test
  void appendsLines() {
    String lines =
        IntStream.range(0, 10_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    Run run = Run.kv(environment, lines.getBytes(UTF_8), "append", "lines", "--lines");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("10000 lines appended, " + lines.length() + " bytes; the value now has ");
    assertThat(kv("get", "lines").out()).isEqualTo(lines);
  }

  @Test
  void linesEndWhereTheValueIsFull() {
    String line = "x".repeat(300_000) + "\n";
    Run run = Run.kv(environment, line.repeat(5).getBytes(UTF_8), "append", "full", "--lines");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).startsWith("3 lines appended");
    assertThat(run.err()).startsWith("error: line 4: ").contains("(not applied)");
  }

  @Test
  void statusAndSnapshot() {
    kv("put", "k", "v");
    Answer status = kv("status");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out())
        .contains("leader", "follower", "cluster test: ", "3 of 3 servers answered");
    Answer snapshot = kv("snapshot");
    assertThat(snapshot.exitCode()).isZero();
    assertThat(snapshot.out().lines()).hasSize(3).allMatch(line -> line.contains("at index "));
  }

  @Test
  void aBackupIsWrittenCheckedAndRestored() throws IOException {
    kv("put", "kept", "value");
    String file = folder.resolve("backup").toString();
    Answer backup = kv("backup", file);
    assertThat(backup.exitCode()).as(backup.err()).isZero();
    assertThat(backup.out()).startsWith(file + ": term ").contains(" keys, ", "epoch 0");
    byte[] bytes = Files.readAllBytes(Path.of(file));

    // It is there, and stays as it is.
    Answer again = kv("backup", file);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("not overwritten");
    assertThat(Path.of(file)).hasBinaryContent(bytes);
    assertThat(kv("local", "verify", file).out()).contains(": whole, term ");

    // Folders of a new cluster.
    String into = folder.resolve("restored").toString();
    String servers = "a=h1:1/h1:2,b=h2:1/h2:2";
    Answer restored = kv("restore", file, "--into", into, "--servers", servers);
    assertThat(restored.exitCode()).as(restored.err()).isZero();
    assertThat(restored.out())
        .contains("cluster kv begins its epoch ")
        .contains("  kv server --id a --servers " + servers + " --data " + into + "/a")
        .contains("  kv server --id b --servers " + servers + " --data " + into + "/b");
    Answer inspected = kv("local", "inspect", into + "/a", into + "/b");
    assertThat(inspected.exitCode()).as(inspected.err()).isZero();
    assertThat(inspected.out()).contains("server b of cluster kv", "members     " + servers);
    assertThat(kv("local", "verify", into + "/b").out()).contains(": whole, server b");
    assertThat(kv("restore", file, "--into", into, "--servers", servers).exitCode()).isEqualTo(7);

    // Damaged, it is good for nothing.
    bytes[bytes.length / 2] ^= 0x20;
    Path damaged = Files.write(folder.resolve("damaged"), bytes);
    Answer verified = kv("local", "verify", damaged.toString());
    assertThat(verified.exitCode()).isEqualTo(7);
    assertThat(verified.err()).contains(damaged.toString(), "offset ", "expected ", "found ");
    String nowhere = folder.resolve("nowhere").toString();
    Answer refused = kv("restore", damaged.toString(), "--into", nowhere, "--servers", servers);
    assertThat(refused.exitCode()).isEqualTo(7);
    assertThat(refused.err()).contains("nothing was restored: ");
    assertThat(Path.of(nowhere)).doesNotExist();
  }

  @Test
  void whatCannotBeBackedUpOrLookedAtIsRefused() {
    assertThat(kv("local", "inspect", folder.resolve("n0").toString()))
        .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(7))
        .extracting(Answer::err)
        .asString()
        .contains("expected a data folder that no one uses");
    assertThat(kv("local", "verify", folder.resolve("none").toString()).exitCode()).isEqualTo(7);
    assertThat(
            kv(
                "restore",
                folder.resolve("none").toString(),
                "--into",
                "x",
                "--servers",
                "a=h:1/h:2"))
        .satisfies(answer -> assertThat(answer.exitCode()).isEqualTo(2))
        .extracting(Answer::err)
        .asString()
        .contains("there is no file");
    String nobody = "127.0.0.1:" + FreePorts.take(1).get(0);
    Answer unreached =
        kv("backup", folder.resolve("b").toString(), "--endpoints", nobody, "--timeout", "200ms");
    assertThat(unreached.exitCode()).isEqualTo(3);
    assertThat(folder.resolve("b")).doesNotExist();
  }

  @Test
  void refusesAnotherCluster() {
    Answer answer = kv("put", "k", "v", "--cluster", "other");
    assertThat(answer.exitCode()).isEqualTo(3);
    assertThat(answer.err()).contains("'test'").contains("(not applied)");
  }

  private record Answer(int exitCode, String out, String err) {}

  private static Answer kv(String... arguments) {
    Run run = Run.kv(environment, new byte[0], arguments);
    return new Answer(run.exitCode(), run.out(), run.err());
  }

  private static Member.Endpoint at(int port) {
    return new Member.Endpoint("127.0.0.1", port);
  }

  private static ServerConfig config(Member member, List<Member> members, Path folder) {
    return new ServerConfig(
        "test",
        member.id(),
        members,
        folder.resolve(member.id()),
        SnapshotPolicy.DEFAULT,
        ServiceLimits.DEFAULT);
  }
}
