package io.ratiskv.service.storage;

import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotSummary;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A backup: a snapshot in a file of its own, the same bytes as a server keeps. It has its name only
 * once all of it is on disk and was read again and found whole.
 */
public final class BackupFile {
  private static final int BUFFER_BYTES = 1 << 16;

  private BackupFile() {}

  /** Where the bytes come from. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes one. Where it fails, nothing is left of it.
   *
   * @return what is in it, as read from the file
   * @throws FileAlreadyExistsException if there is such a file: it stays as it is
   * @throws io.ratiskv.statemachine.core.CorruptSnapshotException if what came was no whole
   *     snapshot
   * @throws IOException as {@code content} throws, or if the file can't be written
   */
  public static SnapshotSummary write(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    refuseExisting(target);
    // For its owner alone, as all temporary files are.
    Path partial = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".partial");
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        OutputStream out =
            new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
        content.writeTo(out);
        out.flush();
        channel.force(true);
      }
      SnapshotSummary summary = check(partial);
      publish(partial, target);
      DurableFiles.forceParent(target);
      return summary;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  /** Gives it its name, unless somebody was faster: a move would replace the file of that one. */
  private static void publish(Path partial, Path target) throws IOException {
    try {
      Files.createLink(target, partial);
    } catch (FileAlreadyExistsException e) {
      throw exists(target);
    } catch (UnsupportedOperationException | FileSystemException e) {
      // No second names there: the name is taken by an empty file first.
      refuseExisting(target);
      Files.createFile(target);
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Refuses a file that is there, or that has no folder to be in. */
  public static void refuseExisting(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new NoSuchFileException(String.valueOf(parent), null, "there is no such folder");
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(file);
    }
  }

  private static FileAlreadyExistsException exists(Path file) {
    return new FileAlreadyExistsException(
        file.toString(), null, "there is such a file, and it is not overwritten");
  }

  /**
   * Reads all of it, and keeps nothing.
   *
   * @throws io.ratiskv.statemachine.core.CorruptSnapshotException if it isn't whole
   */
  public static SnapshotSummary check(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return SnapshotReader.check(file.toString(), in);
    }
  }

  /**
   * Reads it into memory.
   *
   * @throws io.ratiskv.statemachine.core.CorruptSnapshotException if it isn't whole
   */
  public static SnapshotReader.Loaded load(Path file) throws IOException {
    try (InputStream in = open(file)) {
      return SnapshotReader.read(file.toString(), in);
    }
  }

  private static InputStream open(Path file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
  }
}
