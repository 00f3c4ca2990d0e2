package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Room on the disk for one small file, set aside while there is some: with it the file can be
 * replaced when the disk is full. It is written in place, which asks a file system that doesn't
 * copy on writing for nothing, and then has the other's name.
 *
 * <p>Not thread-safe.
 */
final class SpareFile {
  /** Bytes that are set aside: more than the file that they are for can have. */
  static final int BYTES = 16 << 10;

  private final Path file;

  SpareFile(Path file) {
    this.file = file;
  }

  /** Sets the room aside, durably, if it isn't. */
  void keep() throws IOException {
    if (Files.exists(file) && Files.size(file) == BYTES) {
      return;
    }
    write(new byte[BYTES]);
    DurableFiles.forceParent(file);
  }

  /** Fills the room, durably, with what is to be in {@code target}. */
  void fill(Path target, byte[] content) throws IOException {
    if (content.length > BYTES) {
      throw new IOException(
          target + ": " + content.length + " bytes, of which " + BYTES + " are set aside");
    }
    write(content);
  }

  /**
   * Gives {@code target} what it was filled with: after a crash that has all of it, or what it had
   * before. The room is used up then.
   */
  void takePlaceOf(Path target) throws IOException {
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.forceParent(target);
    DurableFiles.forceParent(file);
  }

  private void write(byte[] content) throws IOException {
    try (FileChannel channel =
        DurableFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer remaining = ByteBuffer.wrap(content);
      while (remaining.hasRemaining()) {
        channel.write(remaining);
      }
      channel.truncate(content.length);
      channel.force(true);
    }
  }
}
