package io.ratiskv.it.process;

import io.ratiskv.it.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Small file systems, one for each server, which can be filled up. They need root. */
public final class SmallDisks implements AutoCloseable {
  private static final String FILLER = "filler";
  private static final int PIECE = 4096;

  /** Where Linux says what is mounted. */
  private static final Path MOUNTS = Path.of("/proc/mounts");

  private final Map<String, Path> mounts = new TreeMap<>();
  private final Thread lastHelp = new Thread(this::unmountAll, "disks-end");

  public SmallDisks() {
    Runtime.getRuntime().addShutdownHook(lastHelp);
    dropOrphans();
  }

  private static void dropOrphans() {
    if (!Files.exists(MOUNTS)) {
      return;
    }
    try {
      for (String line : Files.readAllLines(MOUNTS)) {
        String[] parts = line.split(" ", -1);
        if (Leftovers.isOrphan(parts[0])) {
          unmount(Path.of(parts[1]));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where the server's data goes then: on a file system of so many megabytes. */
  public Placement place(Placement placement, String id, int megabytes) throws IOException {
    return placement.on(mount(id, megabytes).resolve("data"));
  }

  Path mount(String id, int megabytes) throws IOException {
    Path folder = Files.createTempDirectory(Leftovers.name(id));
    mounts.put(id, folder);
    String options = "size=" + megabytes + "m,mode=0700";
    Shell.run("mount", "-t", "tmpfs", "-o", options, Leftovers.name(id), folder.toString());
    return folder;
  }

  /** Leaves no room on the server's disk. */
  public void fill(String id) throws IOException {
    byte[] piece = new byte[PIECE];
    try (OutputStream out = Files.newOutputStream(filler(id))) {
      Eventually.until(
          "no room on the disk of " + id,
          () -> {
            try {
              while (true) {
                out.write(piece);
              }
            } catch (IOException e) {
              // Else the server has just made some.
              return mounts.get(id).toFile().getUsableSpace() < PIECE;
            }
          });
    }
  }

  /** Gives the room back. */
  public void free(String id) throws IOException {
    Files.deleteIfExists(filler(id));
  }

  /** Where the server's disk is mounted. */
  public Path folder(String id) {
    return mounts.get(id);
  }

  private Path filler(String id) {
    return mounts.get(id).resolve(FILLER);
  }

  private static void unmount(Path folder) {
    // Lazily: a process that is just ending may still have files open there.
    Shell.succeeds("umount", "-l", folder.toString());
    // Also where nothing was mounted; what still is stays, since it is busy.
    Shell.succeeds("rmdir", folder.toString());
  }

  private void unmountAll() {
    mounts.values().forEach(SmallDisks::unmount);
    mounts.clear();
  }

  /** Unmounts all; what was on them is gone. */
  @Override
  public void close() {
    unmountAll();
    Hooks.remove(lastHelp);
  }
}
