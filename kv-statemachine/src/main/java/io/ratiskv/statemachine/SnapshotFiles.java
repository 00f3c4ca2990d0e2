package io.ratiskv.statemachine;

import io.ratiskv.statemachine.core.CorruptSnapshotException;
import io.ratiskv.statemachine.core.SnapshotReader;
import io.ratiskv.statemachine.core.SnapshotView;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of one server: {@code sm/snapshot.TERM_INDEX} in its Ratis folder.
 *
 * <p>A snapshot is written beside, forced to disk, renamed, and only then one; it is read whole and
 * checked before it is trusted. {@value #KEPT} are kept, and the log back to the older: so one bad
 * file loses nothing.
 *
 * <p>Ratis replaces the folder as a whole when the leader sends a snapshot, without forcing it to
 * disk: {@link #loadInstalled} makes up for that.
 */
final class SnapshotFiles implements StateMachineStorage {
  /** Files kept. Not below two: one may be on its way to a follower when the next is taken. */
  static final int KEPT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
  private static final Pattern NAME = Pattern.compile("snapshot\\.(\\d+)_(\\d+)");
  private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d+).*");
  private static final String PARTIAL = ".partial";
  private static final String CORRUPT = ".corrupt";
  private static final int BUFFER_BYTES = 1 << 16;

  private volatile @Nullable Path folder;
  private volatile @Nullable Path temporary;
  private volatile @Nullable Path log;

  /** Asked by Ratis before each message to a follower: hence in memory. */
  private volatile @Nullable SnapshotInfo latest;

  /** Length of the newest snapshot, 0 if there is none. */
  long latestBytes() {
    SnapshotInfo newest = latest;
    return newest == null ? 0 : newest.getFiles().stream().mapToLong(FileInfo::getFileSize).sum();
  }

  @Override
  public void init(RaftStorage storage) throws IOException {
    folder = storage.getStorageDir().getStateMachineDir().toPath();
    temporary = storage.getStorageDir().getTmpDir().toPath();
    log = storage.getStorageDir().getCurrentDir().toPath();
    finishInterruptedInstall(storage.getStorageDir().getRoot().toPath());
    Files.createDirectories(folder());
    deleteTree(temporary());
    Files.createDirectories(temporary());
  }

  /**
   * Ratis installs a snapshot by moving the old folder aside and the new one into its place. A
   * crash between the two leaves no folder: then the old one goes back, for the log still goes on
   * from it. What is left aside otherwise is needless.
   */
  private void finishInterruptedInstall(Path root) throws IOException {
    for (Path path : list(root)) {
      if (path.getFileName().toString().startsWith(folder().getFileName() + ".tmp")) {
        if (Files.exists(folder())) {
          deleteTree(path);
        } else {
          LOG.warn("a snapshot was being installed when the server ended; going back to {}", path);
          Files.move(path, folder());
        }
      }
    }
  }

  private static void deleteTree(Path top) throws IOException {
    for (Path path : list(top)) {
      deleteTree(path);
    }
    Files.deleteIfExists(top);
  }

  /** One snapshot on disk. */
  private record File(Path path, TermIndex at) {
    SnapshotInfo info() {
      // No digest: Ratis makes one while it sends the file.
      return new FileListSnapshotInfo(List.of(new FileInfo(path, null)), at);
    }
  }

  /**
   * Loads the newest snapshot that is whole and that the log goes on from.
   *
   * @return null if there is none and none is needed
   * @throws DamagedSnapshotsException if one is needed: names each file that was tried and what is
   *     wrong with it
   */
  SnapshotReader.@Nullable Loaded load() throws IOException {
    latest = null;
    OptionalLong logStart = logStart();
    List<File> corrupt = new ArrayList<>();
    StringBuilder faults = new StringBuilder();
    for (File file : files()) {
      // An older one serves only if the log goes on from it, up to and past the newer one that is
      // corrupt.
      if (file.at().getIndex() + 1 < logStart.orElse(corrupt.isEmpty() ? 0 : Long.MAX_VALUE)) {
        break;
      }
      try {
        SnapshotReader.Loaded loaded = read(file);
        setAside(corrupt, faults, file);
        latest = file.info();
        return loaded;
      } catch (CorruptSnapshotException e) {
        corrupt.add(file);
        faults.append(e.getMessage()).append("; ");
      }
    }
    if (corrupt.isEmpty() && logStart.orElse(0) == 0) {
      return null;
    }
    throw new DamagedSnapshotsException(
        faults
            + "there is no whole snapshot in "
            + folder()
            + " that the log, which "
            + (logStart.isPresent() ? "begins at index " + logStart.getAsLong() : "is empty")
            + ", goes on from. Nothing was changed. The data of this server can't be used: let it rejoin the cluster,"
            + " empty and under another id");
  }

  private static void setAside(List<File> corrupt, CharSequence faults, File instead)
      throws IOException {
    if (!corrupt.isEmpty()) {
      LOG.warn("{}using {} and the log after it instead", faults, instead.path());
    }
    for (File file : corrupt) {
      Path aside = Path.of(file.path() + CORRUPT);
      Files.move(file.path(), aside, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Loads what the leader sent, once it is on disk for good. */
  SnapshotReader.Loaded loadInstalled() throws IOException {
    latest = null;
    List<File> files = files();
    if (files.isEmpty()) {
      throw new NoSuchFileException(folder().toString(), null, "no snapshot in it");
    }
    File file = files.get(0);
    force(file.path());
    force(folder());
    force(folder().resolveSibling("."));
    SnapshotReader.Loaded loaded = read(file);
    latest = file.info();
    return loaded;
  }

  private static SnapshotReader.Loaded read(File file) throws IOException {
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(file.path()), BUFFER_BYTES)) {
      SnapshotReader.Loaded loaded = SnapshotReader.read(file.path().toString(), in);
      if (loaded.term() != file.at().getTerm() || loaded.index() != file.at().getIndex()) {
        throw new CorruptSnapshotException(
            file.path().toString(),
            0,
            "term and index as in the file's name",
            loaded.term() + " and " + loaded.index());
      }
      return loaded;
    }
  }

  /** Writes a snapshot, and publishes it unless there is a newer one by now. */
  void write(SnapshotView view) throws IOException {
    TermIndex at = TermIndex.valueOf(view.term(), view.index());
    String name = "snapshot." + at.getTerm() + "_" + at.getIndex();
    Path partial = temporary().resolve(name + PARTIAL);
    Path file = folder().resolve(name);
    try {
      writeAndForce(view, partial);
      Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(partial);
      throw e;
    }
    force(folder());
    publish(new File(file, at));
  }

  private static void writeAndForce(SnapshotView view, Path partial) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      view.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private synchronized void publish(File file) {
    SnapshotInfo newest = latest;
    if (newest == null || newest.getIndex() < file.at().getIndex()) {
      latest = file.info();
    }
  }

  @Override
  public @Nullable SnapshotInfo getLatestSnapshot() {
    return latest;
  }

  /**
   * Up to which index the log isn't needed any more: that of the oldest of {@link #KEPT} snapshots;
   * -1 while there are fewer.
   */
  long oldestKept() throws IOException {
    List<File> files = files();
    return files.size() < KEPT ? -1 : files.get(KEPT - 1).at().getIndex();
  }

  /** Does nothing: Ratis asks for it often, and on the applying thread. */
  @Override
  public void cleanupOldSnapshots(@Nullable SnapshotRetentionPolicy policy) {}

  /**
   * Deletes what {@link #KEPT} newer ones make needless, and what Ratis leaves beside an installed
   * one.
   */
  void prune() throws IOException {
    List<File> files = files();
    for (File file : files.subList(Math.min(KEPT, files.size()), files.size())) {
      Files.deleteIfExists(file.path());
    }
    for (Path path : list(folder())) {
      String name = path.getFileName().toString();
      if (name.endsWith(".md5") || (name.endsWith(CORRUPT) && files.size() >= KEPT)) {
        Files.deleteIfExists(path);
      }
    }
  }

  @Override
  public void format() {
    // Ratis has emptied the folder.
  }

  /** Newest first. */
  private List<File> files() throws IOException {
    List<File> files = new ArrayList<>();
    for (Path path : list(folder())) {
      Matcher name = NAME.matcher(path.getFileName().toString());
      if (name.matches()) {
        long term = Long.parseLong(name.group(1));
        files.add(new File(path, TermIndex.valueOf(term, Long.parseLong(name.group(2)))));
      }
    }
    files.sort(Comparator.comparing(File::at).reversed());
    return files;
  }

  /** The index of the first entry in the log; empty if there is no log. */
  private OptionalLong logStart() throws IOException {
    return list(log).stream()
        .map(path -> SEGMENT.matcher(path.getFileName().toString()))
        .filter(Matcher::matches)
        .mapToLong(name -> Long.parseLong(name.group(1)))
        .min();
  }

  private static List<Path> list(@Nullable Path folder) throws IOException {
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path folder() {
    return initialized(folder);
  }

  private Path temporary() {
    return initialized(temporary);
  }

  private static Path initialized(@Nullable Path path) {
    if (path == null) {
      throw new IllegalStateException("init() hasn't been called");
    }
    return path;
  }
}
