package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.service.storage.DataFolder.Identity;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders of a new cluster, and what is found in folders. */
class OfflineFolderTest {
  private static final int MAX = RatisSegment.MAX_ENTRY_BYTES;
  private static final Identity N1 = new Identity("orders", "n1");

  @TempDir Path temporary;

  private Path into;
  private Path n1;
  private NewCluster cluster;

  @BeforeEach
  void make() throws IOException {
    into = temporary.resolve("new");
    n1 = into.resolve("n1");
    cluster =
        new NewCluster(
            "orders",
            List.of(
                new NewCluster.Peer("n1", "h1:1", "h1:2"),
                new NewCluster.Peer("n2", "h2:1", "h2:2")));
    cluster.make(SmallState.view(), into);
  }

  private Path current() {
    return n1.resolve("raft")
        .resolve(RaftGroups.id("orders", cluster.epoch()).getUuid().toString())
        .resolve("current");
  }

  private Path snapshot() {
    return current().resolveSibling("sm").resolve("snapshot.3_2");
  }

  private void log(long from, long to) throws IOException {
    Files.write(
        current().resolve("log_inprogress_" + from),
        RatisSegment.of(SmallState.log(from, to)).padded());
  }

  private OfflineFolder open() throws IOException {
    return OfflineFolder.open(n1, MAX);
  }

  @Test
  void aNewClusterHasTheDataInAnEpochOfItsOwn() throws IOException {
    for (String id : List.of("n1", "n2")) {
      try (OfflineFolder folder = OfflineFolder.open(into.resolve(id), MAX)) {
        assertThat(folder.identity()).isEqualTo(new Identity("orders", id));
        assertThat(folder.life().epoch()).isEqualTo(cluster.epoch()).isNotZero();
        assertThat(folder.life().founders()).containsOnlyKeys("n1", "n2");
        assertThat(folder.contents().members()).containsExactly("n1=h1:1/h1:2", "n2=h2:1/h2:2");
        SnapshotView state = folder.state();
        assertThat(state.summary().epoch()).isEqualTo(cluster.epoch());
        assertThat(state.summary().keys()).isEqualTo(1);
        assertThat(state.summary().sessions()).isZero();
      }
    }
    // A server takes it for its own, and has never promised anything in it.
    try (DataFolder folder = DataFolder.open(n1, N1)) {
      assertThat(folder.life().isSettled()).isTrue();
      assertThat(folder.life().ran()).isFalse();
      RaftMeta.check(current(), -1, false);
    }
  }

  @Test
  void aFolderWithSomethingInItIsNoPlaceForANewCluster() throws IOException {
    assertThatThrownBy(() -> cluster.make(SmallState.view(), into))
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining("absent or empty");
    // An empty one is; and nothing else is left beside it.
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    cluster.make(SmallState.view(), empty);
    assertThat(temporary.toFile().list()).containsExactlyInAnyOrder("new", "empty");
  }

  @Test
  void entriesAfterTheSnapshotAreCounted() throws IOException {
    log(3, 9);
    try (OfflineFolder folder = open()) {
      OfflineFolder.Contents contents = folder.contents();
      assertThat(contents.lastTerm()).isEqualTo(3);
      assertThat(contents.lastIndex()).isEqualTo(9);
      assertThat(contents.log()).isEqualTo(new LogContents(1, 7, 3, 9, 3, 0));
      assertThat(contents.snapshots()).hasSize(1);
      assertThat(contents.vote()).isEqualTo(new RaftMeta.Vote(3, ""));
      assertThat(folder.state().index()).isEqualTo(9);
      // They are of no session of this life, and change nothing.
      assertThat(folder.state().summary().keys()).isEqualTo(1);
    }
  }

  @Test
  void theStateIsThatOfTheSnapshotAndTheLog() throws IOException {
    // A server of the first life, which began with this session.
    SnapshotView plain = SmallState.view();
    Replay replay =
        Replay.from(List.of(snapshotOfFirstLife()), new LogContents(1, 7, 3, 9, 3, 0), n1);
    for (var entry : SmallState.log(2, 9)) {
      replay.apply(entry);
    }
    SnapshotView state = replay.view();
    assertThat(state.index()).isEqualTo(9);
    assertThat(state.summary().keys()).isEqualTo(plain.summary().keys() + 7);
    assertThat(state.summary().digest()).isNotEqualTo(plain.summary().digest());
    assertThat(state.summary().digest()).extracting(KvState.Stamp::index).isEqualTo(9L);
  }

  private SnapshotFile snapshotOfFirstLife() throws IOException {
    Path file = temporary.resolve("snapshot.3_2");
    BackupFile.write(file, SmallState.view()::writeTo);
    return SnapshotFile.list(temporary).get(0);
  }

  @Test
  void aTornEntryIsReportedAndLeftAlone() throws IOException {
    RatisSegment segment = RatisSegment.of(SmallState.log(3, 5));
    byte[] torn = segment.padded();
    Arrays.fill(torn, segment.offset(2) + 9, torn.length, (byte) 0);
    Path file = current().resolve("log_inprogress_3");
    Files.write(file, torn);
    try (OfflineFolder folder = open()) {
      assertThat(folder.contents().log()).isEqualTo(new LogContents(1, 2, 3, 4, 3, 9));
      assertThat(folder.state().index()).isEqualTo(4);
    }
    assertThat(file).hasBinaryContent(torn);
  }

  @Test
  void aFlippedByteInTheLogIsNoticed() throws IOException {
    RatisSegment segment = RatisSegment.of(SmallState.log(3, 5));
    byte[] flipped = segment.padded();
    flipped[segment.offset(1) + 6] ^= 0x10;
    Files.write(current().resolve("log_inprogress_3"), flipped);
    try (OfflineFolder folder = open()) {
      assertThatThrownBy(folder::contents).isInstanceOf(DamagedLogException.class);
      assertThatThrownBy(folder::state).isInstanceOf(DamagedLogException.class);
    }
  }

  @Test
  void aDamagedSnapshotIsReportedAndNeverUsed() throws IOException {
    log(3, 5);
    byte[] flipped = Files.readAllBytes(snapshot());
    flipped[flipped.length / 2] ^= 0x10;
    Files.write(snapshot(), flipped);
    try (OfflineFolder folder = open()) {
      OfflineFolder.Snapshot found = folder.contents().snapshots().get(0);
      assertThat(found.summary()).isNull();
      assertThat(found.fault()).contains("snapshot.3_2", "offset");
      assertThatThrownBy(folder::state)
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining("a log of the entries 3 to 5");
    }
    assertThat(snapshot()).hasBinaryContent(flipped);
  }

  @Test
  void aGapBetweenSnapshotAndLogIsNoticed() throws IOException {
    log(4, 5);
    try (OfflineFolder folder = open()) {
      assertThatThrownBy(folder::state)
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining("that the log goes on from");
    }
  }

  @Test
  void aCopyThatStoppedBeforeTheDataIsNoEmptyCluster() throws IOException {
    Files.delete(snapshot());
    try (OfflineFolder folder = open()) {
      assertThatThrownBy(folder::contents)
          .isInstanceOfSatisfying(
              DataFolderException.class, e -> assertThat(e.isDataLost()).isTrue())
          .hasMessageContaining("expected a snapshot or a log")
          .hasMessageContaining("found neither");
    }
  }

  @Test
  void aServerThatJoinsHasNothingYet() throws IOException {
    Files.delete(snapshot());
    Life life = new Life("0".repeat(32), Life.Place.JOINED, Map.of(), true, cluster.epoch());
    new LifeFile(n1).write(life);
    try (OfflineFolder folder = open()) {
      assertThat(folder.contents().lastIndex()).isEqualTo(-1);
    }
  }

  @Test
  void aSnapshotOfAnotherLifeOfTheClusterIsNoticed() throws IOException {
    Files.delete(snapshot());
    BackupFile.write(snapshot(), SmallState.view()::writeTo);
    try (OfflineFolder folder = open()) {
      assertThatThrownBy(folder::contents)
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining("expected a snapshot of epoch " + cluster.epoch())
          .hasMessageContaining("found one of epoch 0");
    }
  }

  @Test
  void withoutItsLifeAFolderOfALaterEpochIsRefused() throws IOException {
    Files.delete(n1.resolve(LifeFile.FILE_NAME));
    assertThatThrownBy(this::open)
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining("expected a life.properties, found none");
  }

  /** They were never committed: the leader sent a snapshot of a later term instead. */
  @Test
  void entriesOfALowerTermBehindTheSnapshotDoNotCount() throws IOException {
    List<LogEntryProto> stale =
        SmallState.log(3, 9).stream().map(entry -> entry.toBuilder().setTerm(2).build()).toList();
    Files.write(current().resolve("log_inprogress_3"), RatisSegment.of(stale).padded());
    try (OfflineFolder folder = open()) {
      assertThat(folder.contents().lastTerm()).isEqualTo(3);
      assertThat(folder.contents().lastIndex()).isEqualTo(2);
      assertThat(folder.state().index()).isEqualTo(2);
    }
  }

  @Test
  void aFolderThatAServerUsesIsRefused() throws IOException {
    try (DataFolder used = DataFolder.open(n1, N1)) {
      assertThat(used.life().isSettled()).isTrue();
      assertThatThrownBy(this::open)
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining("uses it already");
    }
    // And the other way round.
    try (OfflineFolder folder = open()) {
      assertThat(folder.identity()).isEqualTo(N1);
      assertThatThrownBy(() -> DataFolder.open(n1, N1)).isInstanceOf(DataFolderException.class);
    }
  }

  @Test
  void whatIsNoDataFolderIsRefused() {
    assertThatThrownBy(() -> OfflineFolder.open(temporary, MAX))
        .hasMessageContaining("no identity.properties");
    assertThatThrownBy(() -> OfflineFolder.open(temporary.resolve("none"), MAX))
        .hasMessageContaining("no folder");
  }

  @Test
  void aLifeThatANewerVersionWroteIsRefused() throws IOException {
    Path file = n1.resolve(LifeFile.FILE_NAME);
    String body = Files.readString(file).replace("format=2", "format=3");
    String newer = body.substring(0, body.indexOf("crc32c="));
    CRC32C checksum = new CRC32C();
    checksum.update(newer.getBytes(US_ASCII));
    Files.writeString(file, newer + String.format("crc32c=%08x\n", checksum.getValue()));
    assertThatThrownBy(this::open)
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining("expected format 1 or 2, found format=3")
        .hasMessageContaining("a newer one");
  }
}
