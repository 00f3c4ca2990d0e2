package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.statemachine.core.CorruptSnapshotException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is whole, or isn't there. */
class BackupFileTest {
  @TempDir Path folder;

  private Path file;
  private byte[] snapshot;

  @BeforeEach
  void make() throws IOException {
    file = folder.resolve("backup");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SmallState.view().writeTo(out);
    snapshot = out.toByteArray();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    assertThat(BackupFile.write(file, out -> out.write(snapshot)))
        .isEqualTo(SmallState.view().summary());
    assertThat(file).hasBinaryContent(snapshot);
    assertThat(BackupFile.check(file).keys()).isEqualTo(1);
    assertThat(folder.toFile().list()).containsExactly("backup");
  }

  @Test
  void aFileThatIsThereStays() throws IOException {
    Files.writeString(file, "the backup of last week");
    assertThatThrownBy(() -> BackupFile.write(file, out -> out.write(snapshot)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("not overwritten");
    assertThat(file).hasContent("the backup of last week");

    // Also one that comes while it is written.
    Path raced = folder.resolve("raced");
    assertThatThrownBy(
            () ->
                BackupFile.write(
                    raced,
                    out -> {
                      out.write(snapshot);
                      Files.writeString(raced, "another's");
                    }))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(raced).hasContent("another's");
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("backup", "raced");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    Path nowhere = folder.resolve("nowhere");
    assertThatThrownBy(() -> BackupFile.refuseExisting(nowhere.resolve("backup")))
        .hasMessage(nowhere + ": there is no such folder");
  }

  @Test
  void nothingIsLeftOfOneThatIsDamagedOrCutShort() {
    byte[] flipped = snapshot.clone();
    flipped[snapshot.length / 2] ^= 0x10;
    assertThatThrownBy(() -> BackupFile.write(file, out -> out.write(flipped)))
        .isInstanceOf(CorruptSnapshotException.class);
    byte[] cut = Arrays.copyOf(snapshot, snapshot.length - 7);
    assertThatThrownBy(() -> BackupFile.write(file, out -> out.write(cut)))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining("the end of the file");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void nothingIsLeftOfOneForWhichTheDiskHadNoRoom() {
    assertThatThrownBy(
            () ->
                BackupFile.write(
                    file,
                    out -> {
                      out.write(snapshot, 0, 100);
                      throw new IOException("No space left on device");
                    }))
        .hasMessage("No space left on device");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void oneOfANewerVersionIsRefusedAndSaysSo() throws IOException {
    byte[] newer = snapshot.clone();
    ByteBuffer bytes = ByteBuffer.wrap(newer);
    int header = 8;
    int length = bytes.getInt(header + 1);
    bytes.putInt(header + 5, 2);
    CRC32C checksum = new CRC32C();
    checksum.update(newer, header, 5 + length);
    bytes.putInt(header + 5 + length, (int) checksum.getValue());
    Files.write(file, newer);
    assertThatThrownBy(() -> BackupFile.load(file))
        .isInstanceOf(CorruptSnapshotException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("expected version 1, found version 2, which is newer");
  }
}
