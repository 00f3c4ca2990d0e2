package io.ratiskv.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.it.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of three servers is down, and its files are no longer what it wrote. It either comes to the
 * same state as the others, or refuses to start and says which file it is and where. The others go
 * on meanwhile.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(ServersTell.class)
class RottenFilesIT {
  private static final Logger LOG = LoggerFactory.getLogger(RottenFilesIT.class);

  /** As {@code kv --help} has it: its data folder is damaged, in use or another's. */
  private static final int DATA_UNUSABLE = 7;

  private static final Duration REFUSAL = Eventually.PATIENCE;
  private static final String OPEN = "log_inprogress_";
  private static final String CLOSED = "log_";
  private static final String SNAPSHOT = "snapshot.";
  private static final String META = "raft-meta";
  private static final String IDENTITY = "identity.properties";
  private static final String MEMBERS = "raft-meta.conf";
  private static final String VICTIM = "n3";
  private static final long SEED = Long.getLong("seed", System.nanoTime() & 0xffff);

  /** What is done to a data folder. */
  @FunctionalInterface
  private interface Edit {
    void apply(Path data, Random random) throws IOException;
  }

  /** What the server has to do then. */
  private enum End {
    STARTS,
    /**
     * It starts without entries that it had acknowledged. The leader doesn't send what it knows to
     * be there: they come from the next one.
     */
    STARTS_SHORT,
    REFUSES
  }

  /** The file is one that the refusal has to name. */
  private record Damage(String what, End end, String file, Edit edit) {
    @Override
    public String toString() {
      return what;
    }
  }

  @TempDir private static Path folder;

  private Processes servers;
  private KvClient kv;

  /** What a server can live with. */
  static Stream<Damage> harmless() {
    return Stream.of(
        startsShort("the log's last 6 bytes zero", (f, r) -> Rot.zeroEnd(last(f, OPEN), 6)),
        startsShort(
            "the log's last bytes zero", (f, r) -> Rot.zeroEnd(last(f, OPEN), 1 + r.nextInt(4096))),
        startsShort(
            "the log's end cut off", (f, r) -> Rot.cutEnd(last(f, OPEN), 1 + r.nextInt(4096))),
        starts("a bit of the newest snapshot", (f, r) -> Rot.flipBit(last(f, SNAPSHOT), 0, 1, r)),
        starts("the newest snapshot cut short", (f, r) -> Rot.cutEnd(last(f, SNAPSHOT), 50)),
        starts("the newest snapshot gone", (f, r) -> Files.delete(last(f, SNAPSHOT))));
  }

  /** What would cost acknowledged writes, or could let it vote twice. */
  static Stream<Damage> harmful() {
    return Stream.of(
        refuses(
            "a bit of the open segment", OPEN, (f, r) -> Rot.flipBit(last(f, OPEN), 0.01, 0.5, r)),
        refuses("a bit of a closed segment", CLOSED, (f, r) -> Rot.flipBit(closed(f), 0, 1, r)),
        refuses("a closed segment cut short", CLOSED, (f, r) -> Rot.cutEnd(closed(f), 100)),
        refuses("a closed segment gone", CLOSED, (f, r) -> Files.delete(closed(f))),
        refuses("a bit of each snapshot", SNAPSHOT, RottenFilesIT::flipBitsOfSnapshots),
        refuses("all snapshots gone", "sm", (f, r) -> deleteSnapshots(f)),
        refuses(
            "a bit of the identity", IDENTITY, (f, r) -> Rot.flipBit(last(f, IDENTITY), 0, 1, r)),
        refuses(
            "an older term in raft-meta",
            META,
            (f, r) -> Rot.replace(meta(f), "term=\\d+", "term=0")),
        refuses("raft-meta empty", META, (f, r) -> Rot.cutEnd(meta(f), 10_000)),
        refuses("raft-meta gone", META, (f, r) -> Files.delete(meta(f))),
        refuses("an empty folder", VICTIM, (f, r) -> deleteAll(f)),
        refuses("the members cut short", MEMBERS, (f, r) -> Rot.cutEnd(last(f, MEMBERS), 3)));
  }

  private static Damage starts(String what, Edit edit) {
    return new Damage(what, End.STARTS, "", edit);
  }

  private static Damage startsShort(String what, Edit edit) {
    return new Damage(what, End.STARTS_SHORT, "", edit);
  }

  private static Damage refuses(String what, String file, Edit edit) {
    return new Damage(what, End.REFUSES, file, edit);
  }

  private static void flipBitsOfSnapshots(Path data, Random random) throws IOException {
    for (Path file : Rot.files(data, SNAPSHOT)) {
      Rot.flipBit(file, 0, 1, random);
    }
  }

  /** The folder itself stays, as a mount point does whose disk was replaced. */
  private static void deleteAll(Path data) throws IOException {
    Rot.delete(data);
    Files.createDirectory(
        data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void deleteSnapshots(Path data) throws IOException {
    for (Path file : Rot.files(data, SNAPSHOT)) {
      Files.delete(file);
    }
  }

  private static Path last(Path data, String nameBegins) throws IOException {
    return Rot.files(data, nameBegins).stream()
        .max(Comparator.comparingLong(RottenFilesIT::index))
        .orElseThrow();
  }

  /** By number, for names that don't have it at a fixed width. */
  private static long index(Path file) {
    String digits = file.getFileName().toString().replaceAll(".*_", "").replaceAll("\\D.*", "");
    return digits.isEmpty() ? 0 : Long.parseLong(digits);
  }

  /** One in the middle of the log. */
  private static Path closed(Path data) throws IOException {
    List<Path> closed =
        Rot.files(data, CLOSED).stream().filter(file -> !file.toString().contains(OPEN)).toList();
    return closed.stream()
        .sorted(Comparator.comparingLong(RottenFilesIT::index))
        .toList()
        .get(closed.size() / 2);
  }

  private static Path meta(Path data) throws IOException {
    return Rot.files(data, META).stream()
        .filter(file -> file.endsWith(META))
        .findAny()
        .orElseThrow();
  }

  @BeforeAll
  void start() throws IOException {
    LOG.warn("-Dseed={}", SEED);
    servers = Processes.start(folder);
    kv = servers.client().build();
    // Two snapshots, and log before and behind each. One that the leader sends to a victim that was
    // late at the start would be the only one, with no log before it.
    for (int i = 0; i < 2; i++) {
      write();
      servers.awaitEqualDigests();
      try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
        admin.snapshot(servers.get(VICTIM).endpoint());
      }
    }
    write();
    servers.awaitEqualDigests();
  }

  /** Several segments of the log. */
  private void write() {
    for (int i = 0; i < 12; i++) {
      kv.put("filler-" + i, "x".repeat(16_000));
    }
  }

  @AfterAll
  void stop() throws IOException {
    try {
      // As it was before the last damage, it comes to the same state too.
      ServerProcess victim = down();
      servers.start(victim);
      servers.awaitUp(victim);
      servers.awaitEqualDigests();
    } finally {
      kv.close();
      servers.close();
    }
  }

  @ParameterizedTest
  @MethodSource("harmless")
  void itComesToTheSameState(Damage damage) throws IOException {
    ServerProcess victim = down();
    damage.edit().apply(victim.data(), new Random(SEED));
    // The others go on.
    kv.append("log", "without " + VICTIM + ", ");
    servers.start(victim);
    servers.awaitUp(victim);
    if (damage.end() == End.STARTS_SHORT) {
      ServerProcess leader = servers.leader();
      leader.kill();
      servers.start(leader);
      servers.awaitUp(leader);
    }
    kv.append("log", damage + ";");
    servers.awaitEqualDigests();
    assertThat(servers.surprises()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("harmful")
  void itRefusesAndSaysWhere(Damage damage) throws IOException {
    ServerProcess victim = down();
    Path good = folder.resolve("good");
    Rot.copy(victim.data(), good);
    try {
      damage.edit().apply(victim.data(), new Random(SEED));
      servers.start(victim, DATA_UNUSABLE);
      assertThat(victim.awaitEnd(REFUSAL)).as("exit code").isEqualTo(DATA_UNUSABLE);
      assertThat(victim.lastWords()).contains(victim.data().toString(), damage.file(), "rejoin");
      kv.append("log", damage + ";");
    } finally {
      down();
      Rot.delete(victim.data());
      Files.move(good, victim.data());
    }
  }

  private ServerProcess down() {
    ServerProcess victim = servers.get(VICTIM);
    if (victim.isRunning()) {
      victim.kill();
    }
    return victim;
  }
}
