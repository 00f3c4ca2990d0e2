package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.ClusterMembers;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.util.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that lost data, and come back by the command that they name. Real processes of kv. */
class RejoinIT {
  @TempDir Path folder;

  private KvProcesses kv;

  @BeforeEach
  void start() throws IOException {
    kv = new KvProcesses(folder);
    for (String id : kv.ids()) {
      kv.start(id);
    }
    kv.leader();
  }

  @AfterEach
  void stop() {
    kv.close();
  }

  @Test
  void aServerWithADamagedLogComesBackByTheCommandThatItNames() throws IOException {
    try (AppendLoad load = AppendLoad.start(3, kv::client);
        KvClient reader = kv.reader()) {
      load.awaitMore(300);

      // A follower is killed, and a byte in the midst of its log is not what it was.
      String damaged = kv.follower();
      kv.kill(damaged);
      flipAByte(openSegment(damaged));

      // It refuses to start, and names the file, the place and the command.
      kv.start(damaged);
      assertThat(kv.exitCode(damaged)).isEqualTo(7);
      assertThat(kv.output(damaged))
          .contains("log_inprogress_", "offset", "rejoin --id " + damaged);

      // That command, as it stands there, while the clients go on.
      List<String> command = kv.commandNamedBy(damaged);
      String rejoined = damaged + "-2";
      kv.run(rejoined, command);
      Eventually.until(
          "that it has caught up",
          () -> kv.output(rejoined).contains(rejoined + " is a member, and has caught up"));
      assertThat(kv.output(rejoined)).contains(damaged + ".damaged-" + damaged);
      List<String> again = kv.commandAfterRejoin(rejoined);
      load.awaitMore(200);
      assertThat(members().members().stream().map(ClusterMembers.Member::id))
          .contains(rejoined)
          .doesNotContain(damaged)
          .hasSize(3);

      // It votes and counts: with it and one more there is a majority.
      kv.kill(kv.leader());
      load.awaitMore(200);
      kv.restartDead();

      // Nothing is lost or doubled, and all have the same.
      load.stop();
      assertThat(load.failures()).isEmpty();
      load.verify(reader);
      kv.awaitEqualDigests();

      // The old folder is there, and no server starts with it under a name that the cluster knows.
      assertThat(folder.resolve(damaged + ".damaged-" + damaged)).isDirectory();
      kv.kill(rejoined);
      kv.run(rejoined, again);
      kv.awaitEqualDigests();
    }
  }

  @Test
  void aServerWhoseFolderWasEmptiedDoesNotComeBackUnderItsId() throws IOException {
    try (KvClient client = kv.reader()) {
      client.put("k", "v");
      String wiped = kv.follower();
      kv.kill(wiped);
      FileUtils.deleteFully(folder.resolve(wiped));

      // Neither as it was started before …
      kv.start(wiped);
      assertThat(kv.exitCode(wiped)).isEqualTo(7);
      assertThat(kv.output(wiped)).contains("is empty, and the cluster is there", "rejoin --id");

      // … nor as one that joins …
      kv.start(wiped, "--join");
      assertThat(kv.exitCode(wiped)).isEqualTo(7);
      assertThat(kv.output(wiped)).contains("is a member of the cluster already");

      // … nor while those that could tell are away: it waits, and has no part in Raft.
      kv.ids().stream().filter(id -> !id.equals(wiped)).forEach(kv::kill);
      kv.start(wiped);
      Eventually.until("that it waits", () -> kv.output(wiped).contains("is new, and waits for"));
      String other = kv.ids().stream().filter(id -> !id.equals(wiped)).findFirst().orElseThrow();
      kv.kill(wiped);
      kv.start(other);
      kv.start(wiped);
      assertThat(kv.exitCode(wiped)).isEqualTo(7);
      kv.restartDead(wiped);

      // The command that it names brings it back.
      kv.run(wiped + "-2", kv.commandNamedBy(wiped));
      Eventually.until(
          "that it has caught up", () -> kv.output(wiped + "-2").contains("has caught up"));
      assertThat(client.get("k").valueAsString()).isEqualTo("v");
      kv.awaitEqualDigests();
    }
  }

  @Test
  void changesThatWouldDoHarmAreRefused() throws IOException {
    // The id of a member at another place; one that was never there; the majority's last member.
    String leader = kv.endpoint(kv.leader());
    String follower = kv.follower();
    assertThat(kv.kv("member", "add", follower + "=127.0.0.1:1/127.0.0.1:2", "--endpoints", leader))
        .satisfies(KvProcesses.Run::refused)
        .extracting(KvProcesses.Run::output)
        .asString()
        .contains("is a member already");
    assertThat(kv.kv("member", "remove", "nobody", "--endpoints", leader))
        .satisfies(KvProcesses.Run::refused)
        .extracting(KvProcesses.Run::output)
        .asString()
        .contains("there is no member nobody");
    kv.kill(follower);
    String third =
        kv.ids().stream()
            .filter(id -> !id.equals(follower) && !kv.endpoint(id).equals(leader))
            .findFirst()
            .orElseThrow();
    assertThat(kv.kv("member", "remove", third, "--endpoints", leader))
        .satisfies(KvProcesses.Run::refused)
        .extracting(KvProcesses.Run::output)
        .asString()
        .contains("no majority");

    // What is right is done, also when it is asked twice; and the id is used for good.
    for (int i = 0; i < 2; i++) {
      KvProcesses.Run removed = kv.kv("member", "remove", follower, "--endpoints", leader);
      assertThat(removed.exitCode()).as(removed.output()).isZero();
      assertThat(removed.output().lines().filter(line -> line.contains("="))).hasSize(2);
    }
    assertThat(kv.kv("member", "add", kv.member(follower), "--endpoints", leader))
        .satisfies(KvProcesses.Run::refused)
        .extracting(KvProcesses.Run::output)
        .asString()
        .contains("nobody joins under its id again");
    FileUtils.deleteFully(folder.resolve(follower));
    kv.start(follower, "--join");
    assertThat(kv.exitCode(follower)).isEqualTo(7);
    assertThat(kv.output(follower)).contains("left it: join under another id");
  }

  private ClusterMembers members() {
    try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
      return admin.members(kv.endpoint(kv.leader()));
    }
  }

  private File openSegment(String id) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve(id))) {
      return files
          .filter(path -> path.getFileName().toString().startsWith("log_inprogress_"))
          .max(Comparator.naturalOrder())
          .orElseThrow()
          .toFile();
    }
  }

  private static void flipAByte(File segment) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(segment, "rw")) {
      access.seek(60);
      int found = access.read();
      access.seek(60);
      access.write(found ^ 0x40);
    }
  }
}
