package io.ratiskv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.protocol.v1.LogEntry;
import io.ratiskv.statemachine.core.EntryListener;
import io.ratiskv.statemachine.core.KvState;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFilesTest {
  private static final long TERM = 3;

  @TempDir Path root;

  private final KvState state = KvState.empty();
  private SnapshotFiles files = new SnapshotFiles();

  @BeforeEach
  void initialize() throws IOException {
    files = new SnapshotFiles();
    files.init(new FolderStorage(root));
  }

  @Test
  void aNewServerHasNoneAndNeedsNone() throws IOException {
    assertThat(files.load()).isNull();
    assertThat(files.getLatestSnapshot()).isNull();
  }

  @Test
  void whatWasWrittenIsLoadedAfterARestart() throws IOException {
    snapshotAt(10);
    log("log_inprogress_0");

    initialize();
    SnapshotReader.Loaded loaded = files.load();

    assertThat(loaded).isNotNull();
    assertThat(loaded.index()).isEqualTo(10);
    assertThat(loaded.term()).isEqualTo(TERM);
    assertThat(loaded.state().digest()).isEqualTo(state.digest());
    assertThat(files.getLatestSnapshot().getIndex()).isEqualTo(10);
  }

  @Test
  void twoAreKeptAndTheLogBackToTheOlder() throws IOException {
    snapshotAt(10);
    assertThat(files.oldestKept()).as("with one, the whole log is kept").isEqualTo(-1);
    snapshotAt(20);
    snapshotAt(30);
    files.prune();

    assertThat(names()).containsExactly("snapshot.3_20", "snapshot.3_30");
    assertThat(files.oldestKept()).isEqualTo(20);
  }

  @Test
  void theOlderServesWhereTheNewestIsCorrupt() throws IOException {
    snapshotAt(10);
    snapshotAt(20);
    log("log_11-25");
    flipAByteOf("snapshot.3_20");

    initialize();
    SnapshotReader.Loaded loaded = files.load();

    assertThat(loaded).isNotNull();
    assertThat(loaded.index()).isEqualTo(10);
    assertThat(names()).containsExactly("snapshot.3_10", "snapshot.3_20.corrupt");
  }

  @Test
  void theOlderDoesNotServeWhereTheLogDoesNotGoOnFromIt() throws IOException {
    snapshotAt(10);
    snapshotAt(20);
    log("log_inprogress_15");
    flipAByteOf("snapshot.3_20");

    initialize();

    assertThatThrownBy(files::load)
        .isInstanceOf(DamagedSnapshotsException.class)
        .hasMessageContaining("snapshot.3_20, offset ")
        .hasMessageContaining("begins at index 15")
        .hasMessageContaining("Nothing was changed");
    assertThat(names()).containsExactly("snapshot.3_10", "snapshot.3_20");
  }

  @Test
  void theOlderDoesNotServeWhereThereIsNoLogAtAll() throws IOException {
    snapshotAt(10);
    snapshotAt(20);
    flipAByteOf("snapshot.3_20");

    initialize();

    assertThatThrownBy(files::load).hasMessageContaining("is empty");
  }

  @Test
  void aLogWithoutTheSnapshotBeforeItIsRefused() throws IOException {
    log("log_inprogress_15");

    assertThatThrownBy(files::load).hasMessageContaining("begins at index 15");
  }

  @Test
  void aSnapshotUnderAnothersNameIsRefused() throws IOException {
    snapshotAt(10);
    Files.move(root.resolve("sm/snapshot.3_10"), root.resolve("sm/snapshot.3_11"));

    assertThatThrownBy(files::load).hasMessageContaining("as in the file's name");
  }

  @Test
  void whatACrashLeftHalfWrittenIsNoSnapshot() throws IOException {
    Files.writeString(root.resolve("tmp/snapshot.3_10.partial"), "half");

    initialize();

    assertThat(files.load()).isNull();
    assertThat(root.resolve("tmp")).isEmptyDirectory();
  }

  @Test
  void anInstalledOneIsLoadedAndItsMd5FilePruned() throws IOException {
    snapshotAt(10);
    Files.writeString(root.resolve("sm/snapshot.3_10.md5"), "left by Ratis");

    assertThat(files.loadInstalled().index()).isEqualTo(10);
    files.prune();

    assertThat(names()).containsExactly("snapshot.3_10");
  }

  @Test
  void anInstalledOneThatIsCorruptIsNotTakenOver() throws IOException {
    snapshotAt(10);
    flipAByteOf("snapshot.3_10");

    assertThatThrownBy(files::loadInstalled).hasMessageContaining("snapshot.3_10, offset ");
    assertThat(files.getLatestSnapshot()).isNull();
  }

  @Test
  void aCrashBetweenTheTwoMovesOfAnInstallGoesBackToTheOldFolder() throws IOException {
    snapshotAt(10);
    log("log_inprogress_0");
    Files.move(root.resolve("sm"), root.resolve("sm.tmp20260101"));

    initialize();

    assertThat(files.load()).isNotNull();
    assertThat(root.resolve("sm.tmp20260101")).doesNotExist();
  }

  @Test
  void theFolderLeftByAFinishedInstallIsDeleted() throws IOException {
    Files.createDirectories(root.resolve("sm.tmp20260101/inner"));

    initialize();

    assertThat(root.resolve("sm.tmp20260101")).doesNotExist();
  }

  @Test
  void anOlderOneThatIsFinishedLateDoesNotHideTheNewer() throws IOException {
    snapshotAt(20);
    SnapshotView late = state.view(TERM, 15);
    files.write(late);

    assertThat(files.getLatestSnapshot().getIndex()).isEqualTo(20);
  }

  private void snapshotAt(long index) throws IOException {
    byte[] barrier = LogEntry.newBuilder().setFormat(1).build().toByteArray();
    state.apply(index, barrier, EntryListener.NONE);
    SnapshotView view = state.view(TERM, index);
    files.write(view);
  }

  private void log(String name) throws IOException {
    Files.createDirectories(root.resolve("current"));
    Files.writeString(root.resolve("current").resolve(name), "a segment");
  }

  private void flipAByteOf(String name) throws IOException {
    Path file = root.resolve("sm").resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(root.resolve("sm"))) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
