package io.ratiskv.testkit;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.client.KvException;
import io.ratiskv.client.ServerStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Three servers in this JVM, on ports of the loopback interface that are free, their data in a
 * temporary folder: with Raft, disk and network as in earnest.
 *
 * <p>For one thread at a time. Whatever waits, waits for 30 seconds at most, and throws an {@link
 * IllegalStateException} then.
 */
public final class TestCluster implements AutoCloseable {
  /** The name that clients may ask for. */
  public static final String NAME = "testkit";

  private static final List<String> IDS = List.of("n1", "n2", "n3");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(10);

  private final Path folder;
  private final Partition partition = new Partition();
  private final Map<String, TestServer> servers = new TreeMap<>();
  private final KvAdmin admin = KvAdmin.withTimeout(PATIENCE);

  private TestCluster(Path folder) {
    this.folder = folder;
    TestServer.place(IDS, folder, partition).forEach(server -> servers.put(server.id(), server));
  }

  /** Starts one. There is a leader when this returns. */
  public static TestCluster start() {
    try {
      TestCluster cluster = new TestCluster(Files.createTempDirectory("kv-testkit-"));
      try {
        TestServer.startAll(cluster.servers.values(), PATIENCE);
        String unused = cluster.leader();
        return cluster;
      } catch (RuntimeException e) {
        cluster.closeAfter(e);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ids of the servers. */
  public List<String> servers() {
    return IDS;
  }

  /** Where clients connect: {@code host:port} of each server. */
  public List<String> endpoints() {
    return servers.values().stream().map(TestServer::endpoint).toList();
  }

  /** A client of this cluster, to be built; whoever builds it closes it. */
  public KvClientBuilder client() {
    return KvClient.builder().endpoints(endpoints()).cluster(NAME);
  }

  /**
   * Who leads, among servers that are a majority and reach each other. Waits until there is one.
   */
  public String leader() {
    Optional<String> leader = Optional.empty();
    for (long start = System.nanoTime(); leader.isEmpty(); leader = leaderNow()) {
      pause(start, "a leader of a majority");
    }
    return leader.get();
  }

  private Optional<String> leaderNow() {
    List<ServerStatus> majority =
        servers.values().stream()
            .filter(server -> server.isRunning() && partition.isWithMajority(server.id(), IDS))
            .flatMap(server -> status(server).stream())
            .toList();
    long term = majority.stream().mapToLong(ServerStatus::term).max().orElse(0);
    return majority.stream()
        .filter(status -> status.role() == ServerStatus.Role.LEADER && status.term() == term)
        .map(ServerStatus::server)
        .filter(
            id ->
                2 * majority.stream().filter(status -> status.leader().equals(id)).count()
                    > IDS.size())
        .findFirst();
  }

  private Optional<ServerStatus> status(TestServer server) {
    try {
      return Optional.of(admin.status(server.endpoint()));
    } catch (KvException e) {
      return Optional.empty();
    }
  }

  /**
   * Ends the leader: what it had not answered stays unanswered.
   *
   * @return its id
   */
  public String killLeader() {
    String leader = leader();
    kill(leader);
    return leader;
  }

  /** Ends a server, without an answer to anybody. Its data stays. */
  public void kill(String id) {
    server(id).kill();
  }

  /** Starts a server again, with its data. One that runs is left alone. */
  public void restart(String id) {
    server(id).start();
  }

  /**
   * Cuts these servers off from the others, until {@link #heal}; what was cut off before is no
   * more. Clients reach all of them.
   */
  public void partition(String... ids) {
    for (String id : ids) {
      server(id);
    }
    partition.cutOff(List.of(ids));
  }

  /**
   * Cuts the leader off from the others.
   *
   * @return its id
   */
  public String partitionLeader() {
    String leader = leader();
    partition(leader);
    return leader;
  }

  /** Lets all servers reach each other again. */
  public void heal() {
    partition.cutOff(List.of());
  }

  /** Has each server that runs take a snapshot; all of them are on disk when this returns. */
  public void snapshotNow() {
    servers.values().stream()
        .filter(TestServer::isRunning)
        .forEach(server -> admin.snapshot(server.endpoint()));
  }

  private TestServer server(String id) {
    TestServer server = servers.get(id);
    if (server == null) {
      throw new IllegalArgumentException("there is no server " + id + ", there are " + IDS);
    }
    return server;
  }

  private static void pause(long start, String what) {
    if (System.nanoTime() - start > PATIENCE.toNanos()) {
      throw new IllegalStateException("there was not " + what + " in " + PATIENCE);
    }
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + what, e);
    }
  }

  /** Ends all servers, and deletes their data. */
  @Override
  public void close() {
    admin.close();
    try {
      TestServer.killAll(servers.values(), PATIENCE);
    } finally {
      deleteData();
    }
  }

  /** What fails now is told with what failed before. */
  private void closeAfter(RuntimeException failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void deleteData() {
    // A snapshot that was being written may still come into the folder.
    for (long start = System.nanoTime(); !delete(folder); ) {
      pause(start, "an end of the files in " + folder);
    }
  }

  private static boolean delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
      return true;
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }
}
