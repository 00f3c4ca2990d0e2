package io.ratiskv.service.storage;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive lock on a data folder: a lock of the operating system on the file {@code lock},
 * which ends with the process however that ends. The file holds the process id of whoever took it
 * last, for the message that the next one gets; it is never removed, since a lock on a removed file
 * excludes no one.
 */
final class FolderLock implements Closeable {
  static final String FILE_NAME = "lock";

  private static final int MAX_PID_BYTES = 20;

  private static final String ADVICE =
      "stop that server, or give each server a data folder of its own";

  /**
   * The folders locked by this JVM. POSIX drops all locks of a process on a file as soon as the
   * process closes any channel of it; so a folder that is locked here must not be tried again.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks an existing folder.
   *
   * @throws DataFolderException if it is locked already, here or by another process
   * @throws IOException if the lock file can't be opened, or the file system has no locks
   */
  static FolderLock take(Path folder) throws IOException {
    Path realFolder = folder.toRealPath();
    if (!HELD.add(realFolder)) {
      throw inUse(folder, "this process, " + ProcessHandle.current().pid() + ", uses it already");
    }
    FileChannel channel = null;
    try {
      channel =
          DurableFiles.open(
              realFolder.resolve(FILE_NAME),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      lock(folder, channel);
      return new FolderLock(realFolder, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      HELD.remove(realFolder);
      throw e;
    }
  }

  private static void lock(Path folder, FileChannel channel) throws IOException {
    FileLock lock = channel.tryLock();
    if (lock == null) {
      String pid = readPid(channel);
      throw inUse(
          folder,
          pid == null ? "another process has locked it" : "process " + pid + " has locked it");
    }
    channel.truncate(0);
    channel.write(US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
  }

  /** Null if the file doesn't tell: its owner may not have come to write it. */
  private static @Nullable String readPid(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_PID_BYTES);
    channel.read(bytes, 0);
    String pid = US_ASCII.decode(bytes.flip()).toString().strip();
    return pid.matches("\\d+") ? pid : null;
  }

  private static DataFolderException inUse(Path folder, String found) {
    return new DataFolderException(folder, "a data folder that no one uses", found, ADVICE);
  }

  /** Frees the folder. A second call does nothing. */
  @Override
  public synchronized void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      HELD.remove(folder);
    }
  }
}
