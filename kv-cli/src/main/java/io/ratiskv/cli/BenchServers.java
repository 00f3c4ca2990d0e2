package io.ratiskv.cli;

import io.ratiskv.service.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Servers for one measurement, in a folder that is removed with them. */
final class BenchServers implements AutoCloseable {
  private static final int FIRST_PORT = 7301;
  private static final int LAST_PORT = 7391;
  private static final int PORTS = 10;

  private final Shell shell;
  private final DevLayout layout;
  private final ChildServers servers;
  private final Thread atExit = new Thread(this::close, "kv-stop");
  private @Nullable SlowServer slow;
  private boolean closed;

  private BenchServers(Shell shell, DevLayout layout) {
    this.shell = shell;
    this.layout = layout;
    servers = ChildServers.start(shell, layout);
    // Also after Ctrl-C.
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Returns when they can be used.
   *
   * @throws CommandException if they can't be started
   */
  static BenchServers start(Shell shell, BenchStart start) {
    BenchServers servers = new BenchServers(shell, layout(start));
    try {
      String leader = FirstLeader.await(servers.layout, servers.servers);
      shell.note("leader " + leader + ", data in " + servers.layout.data() + servers.disk());
      if (start.slowFollower()) {
        servers.slowOneDown(leader);
      }
      return servers;
    } catch (RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  private synchronized void slowOneDown(String leader) {
    Member follower =
        layout.members().stream()
            .filter(member -> !member.id().equals(leader))
            .findFirst()
            .orElseThrow();
    slow = SlowServer.slowDown(servers.pid(follower));
    shell.note("slow: " + follower.id());
  }

  private static DevLayout layout(BenchStart start) {
    Path parent = start.data();
    try {
      Files.createDirectories(parent);
      Path folder = Files.createTempDirectory(parent.toAbsolutePath().normalize(), "kv-bench");
      return new DevLayout(folder, freePort(start.servers()), start.servers());
    } catch (IOException e) {
      throw new CommandException(ExitCode.NOT_STARTED, "no folder for the servers: " + e, e);
    }
  }

  /** The first of a run of ports on which nobody listens just now. */
  private static int freePort(int servers) {
    for (int port = FIRST_PORT; port <= LAST_PORT; port += PORTS) {
      DevLayout layout = new DevLayout(Path.of(""), port, servers);
      if (layout.members().stream().allMatch(member -> isFree(layout, member))) {
        return port;
      }
    }
    throw new CommandException(
        ExitCode.NOT_STARTED, "no free ports from " + FIRST_PORT + " to " + LAST_PORT);
  }

  private static boolean isFree(DevLayout layout, Member member) {
    return isFree(member.client().port())
        && isFree(member.raft().port())
        && isFree(layout.http(member).port());
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** An fsync to memory costs nothing, and says nothing. */
  private String disk() {
    try {
      String type = Files.getFileStore(layout.data()).type();
      return " (" + type + (type.equals("tmpfs") ? ": memory, not a disk; see --data)" : ")");
    } catch (IOException e) {
      return "";
    }
  }

  List<String> endpoints() {
    return layout.endpoints();
  }

  List<ProcessHandle> processes() {
    return servers.processes();
  }

  /**
   * @throws CommandException if one has ended
   */
  void requireAllRun() {
    if (servers.oneEnded().getNow("").isEmpty()) {
      return;
    }
    throw new CommandException(ExitCode.NOT_STARTED, servers.oneEnded().join());
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (slow != null) {
      slow.close();
    }
    servers.close();
    try (Stream<Path> files = Files.walk(layout.data())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      shell.note("can't remove " + layout.data() + ": " + e.getMessage());
    }
  }
}
