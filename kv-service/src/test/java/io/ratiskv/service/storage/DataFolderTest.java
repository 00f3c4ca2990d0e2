package io.ratiskv.service.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.service.storage.DataFolder.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataFolderTest {
  private static final Identity S1 = new Identity("orders", "s1");

  private static final String GOLDEN = "format=1\ncluster=orders\nserver=s1\ncrc32c=77e5d063\n";

  @TempDir Path parent;

  private Path root;
  private Path identityFile;

  @BeforeEach
  void nameRoot() {
    root = parent.resolve("var").resolve("s1");
    identityFile = root.resolve("identity.properties");
  }

  /** Opens the folder, says so, and keeps it until it is killed. */
  public static void main(String[] arguments) throws IOException {
    DataFolder folder =
        DataFolder.open(Path.of(arguments[0]), new Identity(arguments[1], arguments[2]));
    System.out.println("open " + folder.raft());
    while (System.in.read() >= 0) {
      // Until the end of the input, which doesn't come.
    }
    folder.close();
  }

  @Test
  void absentFolderIsMade() throws IOException {
    try (DataFolder folder = DataFolder.open(root, S1)) {
      assertThat(folder.raft()).isEqualTo(root.resolve("raft")).isEmptyDirectory();
    }
    assertThat(identityFile).hasContent(GOLDEN);
    for (Path path : new Path[] {root.getParent(), root, root.resolve("raft")}) {
      assertThat(permissions(path)).isEqualTo("rwx------");
    }
    for (Path path : new Path[] {identityFile, root.resolve("lock")}) {
      assertThat(permissions(path)).isEqualTo("rw-------");
    }
    try (var files = Files.list(root)) {
      assertThat(files.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("identity.properties", "life.properties", "lock", "raft");
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void folderIsOpenedAgain() throws IOException {
    DataFolder.open(root, S1).close();
    Files.writeString(root.resolve("raft").resolve("a"), "kept");
    try (DataFolder folder = DataFolder.open(root, S1)) {
      assertThat(folder.raft().resolve("a")).hasContent("kept");
    }
  }

  @Test
  void aFolderThatLetsOthersInIsRefused() throws IOException {
    Files.createDirectories(root);
    for (String open : new String[] {"rwxr-x---", "rwx--x---", "rwx---r--", "rwxrwxrwx"}) {
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString(open));
      assertThatThrownBy(() -> DataFolder.open(root, S1))
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining(open)
          .hasMessageContaining("chmod 700 " + root);
      assertThat(root).isEmptyDirectory();
    }
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    DataFolder.open(root, S1).close();
  }

  @Test
  void linkToAFolderIsFollowed() throws IOException {
    Path target = Files.createDirectory(parent.resolve("target"));
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(parent.resolve("link"), target);
    try (DataFolder folder = DataFolder.open(parent.resolve("link"), S1)) {
      assertThat(folder.raft()).isDirectory();
      // It is the same folder by its other name.
      assertThatThrownBy(() -> DataFolder.open(target, S1))
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining("uses it already");
    }
  }

  /** After a kill between the lock and the identity. */
  @Test
  void unfinishedFolderIsFinished() throws IOException {
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(root.resolve("lock"), "12");
    Files.writeString(root.resolve("identity.properties.tmp"), "format=1\nclus");
    DataFolder.open(root, S1).close();
    assertThat(identityFile).hasContent(GOLDEN);
    assertThat(root.resolve("identity.properties.tmp")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders/s2", "invoices/s1"})
  void folderOfAnotherIsRefused(String name) throws IOException {
    String[] names = name.split("/", -1);
    DataFolder.open(root, new Identity(names[0], names[1])).close();
    String content = Files.readString(identityFile);

    assertThatThrownBy(() -> DataFolder.open(root, S1))
        .isInstanceOf(DataFolderException.class)
        .hasMessageStartingWith(
            root
                + ": expected the data of server s1 of cluster orders, found the data of server "
                + names[1]
                + " of cluster "
                + names[0]
                + "; ");
    assertThat(identityFile).hasContent(content);
    // Nor was it left locked.
    DataFolder.open(root, new Identity(names[0], names[1])).close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"raft", "photos", "lost+found"})
  void folderWithOtherThingsIsRefusedAndNotTouched(String name) throws IOException {
    Files.createDirectories(root.resolve(name));
    assertThatThrownBy(() -> DataFolder.open(root, S1))
        .isInstanceOf(DataFolderException.class)
        .hasMessageStartingWith(
            root
                + ": expected an empty folder, or a data folder with its identity.properties, found ")
        .hasMessageContaining(name + " and no identity.properties");
    try (var files = Files.list(root)) {
      assertThat(files).containsExactly(root.resolve(name));
    }
  }

  @Test
  void tornIdentityIsRefused() throws IOException {
    DataFolder.open(root, S1).close();
    for (int length = 0; length < GOLDEN.length(); length++) {
      assertIdentityRefused(GOLDEN.substring(0, length));
    }
    assertIdentityRefused(GOLDEN + "\n");
    assertIdentityRefused(GOLDEN + "x=y\n");
    assertIdentityRefused("\0".repeat(GOLDEN.length()));
    Files.writeString(identityFile, GOLDEN);
    DataFolder.open(root, S1).close();
  }

  /** Also in the number of the format, which is then no other version's. */
  @Test
  void eachFlippedBitIsDamage() throws IOException {
    DataFolder.open(root, S1).close();
    byte[] golden = Files.readAllBytes(identityFile);
    for (int bit = 0; bit < golden.length * Byte.SIZE; bit++) {
      byte[] flipped = golden.clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      Files.write(identityFile, flipped);
      assertThatThrownBy(() -> DataFolder.open(root, S1))
          .as("bit %d", bit)
          .isInstanceOf(DataFolderException.class)
          .hasMessageStartingWith(identityFile + ": expected a file with its checksum, found ")
          .hasMessageContaining("rejoin");
    }
  }

  private void assertIdentityRefused(String content) throws IOException {
    Files.writeString(identityFile, content);
    assertThatThrownBy(() -> DataFolder.open(root, S1))
        .as(content)
        .isInstanceOf(DataFolderException.class)
        .hasMessageStartingWith(identityFile + ": expected ")
        .hasMessageContaining(", found ");
    assertThat(identityFile).hasContent(content);
  }

  @Test
  void laterFormatIsRefused() throws IOException {
    DataFolder.open(root, S1).close();
    Files.write(identityFile, SealedText.seal("format=2\nanything\n"));
    assertThatThrownBy(() -> DataFolder.open(root, S1))
        .isInstanceOf(DataFolderException.class)
        .hasMessage(
            identityFile
                + ": expected format 1, found format 2; start the server with the version of Ratis"
                + " KV that wrote it, or a newer one");
  }

  @Test
  void hugeIdentityIsRefused() throws IOException {
    DataFolder.open(root, S1).close();
    byte[] huge = new byte[1 << 20];
    Arrays.fill(huge, (byte) '1');
    Files.write(identityFile, huge);
    assertThatThrownBy(() -> DataFolder.open(root, S1)).isInstanceOf(DataFolderException.class);
  }

  /** Also by another process: the second attempt must not have dropped the lock of the first. */
  @Test
  void folderIsOpenedOnce() throws Exception {
    try (DataFolder folder = DataFolder.open(root, S1)) {
      assertThatThrownBy(() -> DataFolder.open(root, S1))
          .isInstanceOf(DataFolderException.class)
          .hasMessageContaining(root + ": ")
          .hasMessageContaining("this process, " + ProcessHandle.current().pid());
      try (ChildProcess other = open(root)) {
        assertThat(other.readLine()).isNull();
      }
      assertThat(folder.raft()).isDirectory();
    }
    DataFolder.open(root, S1).close();
  }

  @Test
  void folderOfAnotherProcessIsRefusedUntilThatIsKilled() throws Exception {
    try (ChildProcess other = open(root)) {
      assertThat(other.readLine()).isEqualTo("open " + root.resolve("raft"));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> DataFolder.open(root, S1))
            .isInstanceOf(DataFolderException.class)
            .hasMessage(
                root
                    + ": expected a data folder that no one uses, found process "
                    + other.pid()
                    + " has locked it; stop that server, or give each server a data folder of its"
                    + " own");
      }
      other.kill();
    }
    DataFolder.open(root, S1).close();
  }

  private static ChildProcess open(Path root) throws IOException {
    return ChildProcess.start(DataFolderTest.class, root.toString(), S1.cluster(), S1.server());
  }

  @Test
  void fileInPlaceOfTheFolderIsRefused() throws IOException {
    Files.createDirectories(root.getParent());
    Files.writeString(root, "a file");
    assertThatThrownBy(() -> DataFolder.open(root, S1))
        .isInstanceOf(DataFolderException.class)
        .hasMessageStartingWith(root + ": expected a folder that this server can read and write");
    assertThatThrownBy(() -> DataFolder.open(root.resolve("below"), S1))
        .isInstanceOf(DataFolderException.class);
  }

  @Test
  void closingTwiceIsAllowed() throws IOException {
    DataFolder first = DataFolder.open(root, S1);
    first.close();
    try (DataFolder second = DataFolder.open(root, S1)) {
      first.close();
      assertThatThrownBy(() -> DataFolder.open(root, S1)).hasMessageContaining("uses it already");
      assertThat(second.raft()).isDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "a\\b", "ä"})
  void nameThatTheFileCannotHoldIsRefused(String name) {
    assertThatThrownBy(() -> new Identity(name, "s1")).hasMessageStartingWith("cluster: expected");
    assertThatThrownBy(() -> new Identity("orders", name)).hasMessageStartingWith("server: exp");
    assertThatThrownBy(() -> new Identity("orders", "x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
