package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells one data folder of a server from another one of the same server, and how the
 * server came into its cluster. A {@link SealedText}:
 *
 * <pre>
 * format=1 | 2                      2: there is an epoch
 * life=32 hexadecimal digits, random
 * place=none | founder | joined     none: it has never run
 * ran=true | false
 * founder.ID=the life of that server; one line for each, where place is founder
 * epoch=NUMBER                      unsigned; which life of the cluster it is, where not the first
 * </pre>
 */
final class LifeFile {
  static final String FILE_NAME = "life.properties";
  static final String TEMPORARY_FILE_NAME = FILE_NAME + ".tmp";

  private static final String FORMAT = "format=1\n";

  /** A server that knows no epochs would found a cluster where there is one. */
  private static final String FORMAT_WITH_EPOCH = "format=2\n";

  private static final String LIFE = "life=";
  private static final String PLACE = "place=";
  private static final String RAN = "ran=";
  private static final String FOUNDER = "founder.";
  private static final String EPOCH = "epoch=";
  private static final Pattern LIFE_PATTERN = Pattern.compile("[0-9a-f]{32}");

  private final Path folder;
  private final Path file;

  LifeFile(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(FILE_NAME);
  }

  /**
   * Reads the file.
   *
   * @return null if there is none
   * @throws DataFolderException if it isn't whole
   */
  @Nullable Life read() throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
    String body = SealedText.open(content);
    if (body == null) {
      throw damaged("a file with its checksum", content.length + " other bytes");
    }
    return parse(body);
  }

  private Life parse(String body) throws DataFolderException {
    if (!body.startsWith(FORMAT) && !body.startsWith(FORMAT_WITH_EPOCH)) {
      throw new DataFolderException(
          file,
          "format 1 or 2",
          body.lines().findFirst().orElse("nothing"),
          "start the server with the version of Ratis KV that wrote it, or a newer one");
    }
    String life = "";
    String place = "";
    boolean ran = false;
    long epoch = 0;
    Map<String, String> founders = new TreeMap<>();
    for (String line : body.substring(FORMAT.length()).split("\n", -1)) {
      int equals = line.indexOf('=');
      String value = line.substring(equals + 1);
      if (line.startsWith(LIFE)) {
        life = value;
      } else if (line.startsWith(PLACE)) {
        place = value;
      } else if (line.startsWith(RAN)) {
        ran = Boolean.parseBoolean(value);
      } else if (line.startsWith(FOUNDER)) {
        founders.put(line.substring(FOUNDER.length(), equals), value);
      } else if (line.startsWith(EPOCH)) {
        epoch = epoch(value);
      }
    }
    try {
      if (LIFE_PATTERN.matcher(life).matches()) {
        return new Life(life, Life.Place.of(place), founders, ran, epoch);
      }
    } catch (IllegalArgumentException e) {
      throw damaged("a place that is known", place);
    }
    throw damaged("a life of 32 hexadecimal digits", life);
  }

  private long epoch(String value) throws DataFolderException {
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      throw damaged("a number for the epoch", value);
    }
  }

  private DataFolderException damaged(String expected, String found) {
    return DataFolderException.lost(
        file,
        expected,
        found,
        "without it nobody knows what this server has promised: let it rejoin");
  }

  void write(Life life) throws IOException {
    StringBuilder body = new StringBuilder(life.epoch() == 0 ? FORMAT : FORMAT_WITH_EPOCH);
    body.append(LIFE).append(life.number()).append('\n');
    body.append(PLACE).append(life.place().word()).append('\n');
    body.append(RAN).append(life.ran()).append('\n');
    life.founders()
        .forEach((id, other) -> body.append(FOUNDER + id + "=").append(other).append('\n'));
    if (life.epoch() != 0) {
      body.append(EPOCH).append(Long.toUnsignedString(life.epoch())).append('\n');
    }
    byte[] content = SealedText.seal(body.toString());
    DurableFiles.replace(file, folder.resolve(TEMPORARY_FILE_NAME), content);
  }
}
