package io.ratiskv.service.storage;

import io.ratiskv.service.storage.DataFolder.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file that says whose a data folder is. A {@link SealedText}:
 *
 * <pre>
 * format=1
 * cluster=NAME
 * server=ID
 * </pre>
 *
 * The checksum is there because a name cut short may be another server's name.
 */
final class IdentityFile {
  static final String FILE_NAME = "identity.properties";
  static final String TEMPORARY_FILE_NAME = FILE_NAME + ".tmp";

  private static final String FORMAT_KEY = "format=";
  private static final String FORMAT = "1";
  private static final String CLUSTER_KEY = "cluster=";
  private static final String SERVER_KEY = "server=";

  /** More than the longest valid file. */
  private static final int MAX_BYTES = 1024;

  private static final String ADVICE =
      "restore the file from a copy of this folder; if there is none, let the server rejoin its"
          + " cluster";

  private final Path folder;
  private final Path file;

  IdentityFile(Path folder) {
    this.folder = folder;
    this.file = folder.resolve(FILE_NAME);
  }

  /**
   * Reads the file.
   *
   * @return empty if there is none
   * @throws DataFolderException if it isn't whole or of another version
   */
  Optional<Identity> read() throws IOException {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_BYTES);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String body = SealedText.open(content);
    if (body == null) {
      throw torn("a file with its checksum", content.length + " other bytes");
    }
    return Optional.of(parse(body));
  }

  void write(Identity identity) throws IOException {
    byte[] content = SealedText.seal(body(identity));
    DurableFiles.replace(file, folder.resolve(TEMPORARY_FILE_NAME), content);
  }

  private Identity parse(String body) throws DataFolderException {
    String[] lines = body.split("\n", -1);
    String version = value(lines, 0, FORMAT_KEY);
    if (!version.equals(FORMAT)) {
      throw new DataFolderException(
          file,
          "format " + FORMAT,
          "format " + version,
          "start the server with the version of Ratis KV that wrote it, or a newer one");
    }
    String cluster = value(lines, 1, CLUSTER_KEY);
    String server = value(lines, 2, SERVER_KEY);
    if (!Identity.isName(cluster) || !Identity.isName(server)) {
      throw torn("the names of a cluster and a server", "other characters");
    }
    Identity identity = new Identity(cluster, server);
    if (!body.equals(body(identity))) {
      throw torn("these lines alone", body.length() + " bytes");
    }
    return identity;
  }

  private String value(String[] lines, int line, String key) throws DataFolderException {
    if (line >= lines.length || !lines[line].startsWith(key)) {
      throw torn("a line " + (line + 1) + " that begins with " + key, "none");
    }
    return lines[line].substring(key.length());
  }

  private DataFolderException torn(String expected, String found) {
    return DataFolderException.lost(file, expected, found, ADVICE);
  }

  private static String body(Identity identity) {
    return FORMAT_KEY
        + FORMAT
        + "\n"
        + CLUSTER_KEY
        + identity.cluster()
        + "\n"
        + SERVER_KEY
        + identity.server()
        + "\n";
  }
}
