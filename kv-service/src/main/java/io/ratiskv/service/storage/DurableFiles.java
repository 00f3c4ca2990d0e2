package io.ratiskv.service.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files and folders that survive a loss of power once a method here has returned, and that only
 * their owner may read or write. On a file system without POSIX permissions the latter is left out.
 */
final class DurableFiles {
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private DurableFiles() {}

  /** Creates {@code folder} and the parents it lacks, if it isn't there. */
  static void createFolder(Path folder) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path p = folder; p != null && !Files.exists(p); p = p.getParent()) {
      missing.push(p);
    }
    for (Path p : missing) {
      try {
        Files.createDirectory(p, attributes(p, "rwx------"));
      } catch (FileAlreadyExistsException e) {
        // Another process may have been faster; which of them keeps the folder, the lock decides.
        if (!Files.isDirectory(p)) {
          throw e;
        }
      }
      forceParent(p);
    }
  }

  /** Opens a file, and creates it if it is among the options and it isn't there. */
  static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.of(options), attributes(file, "rw-------"));
  }

  /** Gives {@code file} this content: after a crash it has all of it, or what it had before. */
  static void replace(Path file, Path temporary, byte[] content) throws IOException {
    try (FileChannel channel =
        open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer remaining = ByteBuffer.wrap(content);
      while (remaining.hasRemaining()) {
        channel.write(remaining);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    forceParent(file);
  }

  /** Makes the names in {@code folder} durable: what was created, renamed or removed there. */
  static void forceFolder(Path folder) throws IOException {
    // Elsewhere a folder can't be opened as a file, and needs no fsync.
    if (isPosix(folder)) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** Deletes {@code top} with all that is in it, if it is there. */
  static void deleteTree(Path top) throws IOException {
    if (Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> files = Files.list(top)) {
        for (Path file : files.toList()) {
          deleteTree(file);
        }
      }
    }
    Files.deleteIfExists(top);
    forceParent(top);
  }

  /** Makes the name of {@code path} durable. */
  static void forceParent(Path path) throws IOException {
    Path parent = path.getParent();
    if (parent != null) {
      forceFolder(parent);
    }
  }

  /** Whether anybody but its owner has any permission. */
  static boolean isOpenToOthers(Path path) throws IOException {
    return isPosix(path) && !permissions(path).endsWith("------");
  }

  /** As in {@code rwxr-x---}. */
  static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static FileAttribute<?>[] attributes(Path path, String permissions) {
    if (!isPosix(path)) {
      return NO_ATTRIBUTES;
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
    };
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
