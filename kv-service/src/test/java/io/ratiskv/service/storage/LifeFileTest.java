package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a life, as every version writes and reads them. */
class LifeFileTest {
  private static final String NUMBER = "0123456789abcdef0123456789abcdef";

  @TempDir Path folder;

  private LifeFile file;

  @BeforeEach
  void place() {
    file = new LifeFile(folder);
  }

  @Test
  void theFirstLifeOfAClusterIsWrittenAsBeforeThereWereEpochs() throws IOException {
    String body =
        "format=1\nlife=" + NUMBER + "\nplace=founder\nran=true\nfounder.n1=" + NUMBER + "\n";
    Life life = new Life(NUMBER, Life.Place.FOUNDER, Map.of("n1", NUMBER), true, 0);
    assertWrittenAndRead(life, body);
  }

  @Test
  void anotherHasItsEpochAndAFormatThatOlderServersRefuse() throws IOException {
    String body =
        "format=2\nlife=" + NUMBER + "\nplace=joined\nran=false\nepoch=18446744073709551615\n";
    assertWrittenAndRead(new Life(NUMBER, Life.Place.JOINED, Map.of(), false, -1), body);
  }

  private void assertWrittenAndRead(Life life, String body) throws IOException {
    file.write(life);
    assertThat(folder.resolve(LifeFile.FILE_NAME)).hasContent(checked(body));
    assertThat(file.read()).isEqualTo(life);
  }

  @Test
  void oneOfANewerFormatIsRefusedAndIsNotTakenForDamaged() throws IOException {
    Files.writeString(folder.resolve(LifeFile.FILE_NAME), checked("format=3\nlife=new\n"));
    assertThatThrownBy(file::read)
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining("expected format 1 or 2, found format=3")
        .hasMessageContaining("a newer one")
        .matches(e -> !((DataFolderException) e).isDataLost());
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    file.write(new Life(NUMBER, Life.Place.FOUNDER, Map.of("n1", NUMBER), true, 77));
    Path path = folder.resolve(LifeFile.FILE_NAME);
    byte[] whole = Files.readAllBytes(path);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(path, damaged);
      assertThatThrownBy(file::read).as("bit " + bit).isInstanceOf(DataFolderException.class);
    }
  }

  private static String checked(String body) {
    CRC32C checksum = new CRC32C();
    checksum.update(body.getBytes(US_ASCII));
    return body + String.format("crc32c=%08x\n", checksum.getValue());
  }
}
