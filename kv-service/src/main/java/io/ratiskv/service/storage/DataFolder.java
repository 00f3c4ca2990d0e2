package io.ratiskv.service.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which one server keeps all that it must not lose, held against every other process
 * until it is closed.
 *
 * <pre>
 * identity.properties   whose it is
 * life.properties       which of its folders, and how it came into its cluster
 * lock                  who has it open
 * spare-vote            room for what a full disk would spoil; see RaftMetaGuard
 * spare-members
 * raft/                 handed to Ratis as raft.server.storage.dir
 * </pre>
 *
 * A folder belongs to one server of one cluster for good: it is made by opening one that is absent
 * or empty, and never adopted. Only its owner may look into it, where the file system knows of
 * owners; a folder that was there before and lets others in is refused.
 *
 * <p>Thread-safe.
 */
public final class DataFolder implements AutoCloseable {
  /**
   * Whose a data folder is. Both are names of 1 to 255 visible ASCII characters other than the
   * backslash.
   */
  public record Identity(String cluster, String server) {
    private static final Pattern NAME = Pattern.compile("[!-\\[\\]-~]{1,255}");

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException if one isn't such a name
     */
    public Identity {
      check("cluster", cluster);
      check("server", server);
    }

    private static void check(String what, String name) {
      Objects.requireNonNull(name, what);
      if (!isName(name)) {
        throw new IllegalArgumentException(
            what + ": expected 1 to 255 visible ASCII characters other than \\, found " + name);
      }
    }

    static boolean isName(String name) {
      return NAME.matcher(name).matches();
    }

    @Override
    public String toString() {
      return "server " + server + " of cluster " + cluster;
    }
  }

  static final String RAFT = "raft";

  /** What a crash may leave of a folder that was being made. */
  private static final Set<String> LEFT_OF_OPENING =
      Set.of(FolderLock.FILE_NAME, IdentityFile.TEMPORARY_FILE_NAME);

  private final Path root;
  private final FolderLock lock;
  private volatile Life life;

  private DataFolder(Path root, FolderLock lock, Life life) {
    this.root = root;
    this.lock = lock;
    this.life = life;
  }

  /**
   * Opens the data folder of this server, and makes it if {@code root} is absent or empty.
   *
   * @throws DataFolderException if the folder is in use, another's, or of unknown make, or if the
   *     file system fails
   */
  public static DataFolder open(Path root, Identity identity) throws DataFolderException {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(identity, "identity");
    Path folder = root.toAbsolutePath();
    try {
      DurableFiles.createFolder(folder);
      // Before the lock, so that no lock file is left in a folder which isn't ours.
      refuseForeign(folder);
      refuseOpenToOthers(folder);
      FolderLock lock = FolderLock.take(folder);
      try {
        settle(folder, identity);
        return new DataFolder(folder, lock, life(folder));
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (DataFolderException e) {
      throw e;
    } catch (UncheckedIOException e) {
      throw unusable(folder, e.getCause());
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static DataFolderException unusable(Path folder, @Nullable IOException cause) {
    return new DataFolderException(
        folder,
        "a folder that this server can read and write",
        String.valueOf(cause),
        "see that it is a folder, that its owner and permissions are right, and that the disk is"
            + " neither full nor failing",
        cause);
  }

  /** Under the lock: the folder is this server's, or is made so. */
  private static void settle(Path folder, Identity identity) throws IOException {
    IdentityFile file = new IdentityFile(folder);
    Optional<Identity> found = file.read();
    if (found.isEmpty()) {
      refuseForeign(folder);
      file.write(identity);
    } else if (!found.get().equals(identity)) {
      throw new DataFolderException(
          folder,
          "the data of " + identity,
          "the data of " + found.get(),
          "start the server with its own data folder, or with an absent or empty one to make");
    }
    DurableFiles.createFolder(folder.resolve(RAFT));
  }

  /** That of the folder, made if there is none. A server that has run must have its Raft group. */
  private static Life life(Path folder) throws IOException {
    LifeFile file = new LifeFile(folder);
    Life found = lifeIn(folder);
    if (file.read() == null) {
      file.write(found);
    } else if (found.ran() && isEmpty(folder.resolve(RAFT))) {
      throw DataFolderException.lost(
          folder.resolve(RAFT),
          "the log and the snapshots of a server that has run",
          "nothing",
          "it may have promised what it doesn't know any more: put them back, or let it rejoin");
    }
    return found;
  }

  /**
   * As its file says; a folder with a Raft group and without a life is from before there were any.
   */
  static Life lifeIn(Path folder) throws IOException {
    Life found = new LifeFile(folder).read();
    if (found != null) {
      return found;
    }
    Path raft = folder.resolve(RAFT);
    boolean ran = Files.isDirectory(raft) && !isEmpty(raft);
    return ran ? Life.begin().settled(Life.Place.FOUNDER, Map.of()).running() : Life.begin();
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /**
   * Makes sure that no server uses the folder, if there is one.
   *
   * @throws DataFolderException naming the process that does
   */
  public static void checkUnused(Path root) throws DataFolderException {
    Path folder = root.toAbsolutePath();
    if (!Files.exists(folder.resolve(FolderLock.FILE_NAME))) {
      return;
    }
    try {
      FolderLock.take(folder).close();
    } catch (DataFolderException e) {
      throw e;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * Moves the folder of a server that is to come back under another id out of the way. Nothing is
   * deleted.
   *
   * @param former whose folder it is, unless nobody can tell any more
   * @param next under which the server comes back; a folder that is this one's stays
   * @return where it is now; empty if there was nothing to move
   * @throws DataFolderException if it is in use, or another's
   */
  public static Optional<Path> setAside(Path root, Identity former, Identity next)
      throws DataFolderException {
    Path folder = root.toAbsolutePath();
    checkUnused(folder);
    try {
      if (!Files.exists(folder)
          || isEmpty(folder)
          || owner(folder).filter(next::equals).isPresent()) {
        return Optional.empty();
      }
      Optional<Identity> owner = owner(folder).filter(found -> !found.equals(former));
      if (owner.isPresent()) {
        throw new DataFolderException(
            folder, "the data of " + former, "the data of " + owner.get(), "name another folder");
      }
      Path aside = asideOf(folder, former);
      Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.forceParent(folder);
      return Optional.of(aside);
    } catch (DataFolderException e) {
      throw e;
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /** Empty where there is none, and where it can't be read. */
  private static Optional<Identity> owner(Path folder) throws IOException {
    try {
      return new IdentityFile(folder).read();
    } catch (DataFolderException e) {
      return Optional.empty();
    }
  }

  private static Path asideOf(Path folder, Identity former) {
    Path aside = folder.resolveSibling(folder.getFileName() + ".damaged-" + former.server());
    for (int i = 2; Files.exists(aside); i++) {
      aside = folder.resolveSibling(folder.getFileName() + ".damaged-" + former.server() + "-" + i);
    }
    return aside;
  }

  /** What Ratis writes in it has the permissions that the process gives; the folder keeps it. */
  private static void refuseOpenToOthers(Path folder) throws IOException {
    if (DurableFiles.isOpenToOthers(folder)) {
      throw new DataFolderException(
          folder,
          "a folder that its owner alone may enter",
          DurableFiles.permissions(folder),
          "take the others' permissions away: chmod 700 " + folder);
    }
  }

  private static void refuseForeign(Path folder) throws IOException {
    Optional<String> foreign;
    try (Stream<Path> files = Files.list(folder)) {
      foreign =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> !LEFT_OF_OPENING.contains(name))
              .findAny();
    }
    // In this order: where another process is just making the folder, the identity comes first.
    if (foreign.isPresent() && !Files.exists(folder.resolve(IdentityFile.FILE_NAME))) {
      throw new DataFolderException(
          folder,
          "an empty folder, or a data folder with its " + IdentityFile.FILE_NAME,
          foreign.get() + " and no " + IdentityFile.FILE_NAME,
          "name another folder; if this one was a server's, restore the file from a copy");
    }
  }

  /** Which of the server's folders this is, and how the server came into its cluster. */
  public Life life() {
    return life;
  }

  /** Makes a change of the life durable; without one, nothing is written. */
  public void become(Life changed) throws IOException {
    if (changed.equals(life)) {
      return;
    }
    new LifeFile(root).write(changed);
    life = changed;
  }

  /**
   * Removes what an earlier attempt to have a place in a cluster left with Ratis, durably.
   *
   * @throws IllegalStateException if the server has its place: it may have promised something
   */
  public void clearRaft() throws IOException {
    if (life.isSettled() || life.ran()) {
      throw new IllegalStateException("the server has its place in a cluster: " + root);
    }
    DurableFiles.deleteTree(raft());
    DurableFiles.createFolder(raft());
  }

  Path root() {
    return root;
  }

  /** Where Ratis keeps its groups. */
  public Path raft() {
    return root.resolve(RAFT);
  }

  /**
   * Lets another process have the folder. To be called once nothing writes to it any more; a second
   * call does nothing.
   */
  @Override
  public void close() throws DataFolderException {
    try {
      lock.close();
    } catch (IOException e) {
      throw new DataFolderException(
          root, "its lock to be released", e.toString(), "the lock ends with the process", e);
    }
  }
}
