package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.service.KvService;
import io.ratiskv.service.RaftSettings;
import io.ratiskv.service.ServiceLimits;
import io.ratiskv.statemachine.Fatal;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.KvState;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.MiniRaftClusterWithGrpc;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.FileUtils;
import org.apache.ratis.util.NetUtils;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cluster in this JVM: Ratis's MiniRaftCluster, with our state machine in each server and our
 * service in front of it.
 *
 * <p>A JUnit extension: in an instance field each test has a new one, in a static field the class
 * shares one. A test fails if a server reported a {@link Fatal}; where a test fails, how each
 * server stands is in the log. One at a time in a JVM.
 *
 * <p>Servers are named {@code s0}, {@code s1}, … A server that is started again listens for clients
 * on the port that it had.
 */
final class KvCluster
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler {
  static final String NAME = "it";

  private static final Logger LOG = LoggerFactory.getLogger(KvCluster.class);
  private static final String HOST = "127.0.0.1";

  private final int size;
  private final SnapshotPolicy snapshots;
  private final long segmentBytes;
  private final Links links = new Links();
  private final Map<String, Node> nodes = new TreeMap<>();
  private final List<String> fatals = new CopyOnWriteArrayList<>();
  private @Nullable MiniRaftClusterWithGrpc raft;
  private List<Duration> electionTimeouts = List.of();
  private boolean shared;
  private boolean failed;

  /** A server's service; Ratis's part of it is the MiniRaftCluster's. */
  private static final class Node {
    final int port = NetUtils.getFreePort();
    @Nullable KvService service;
    volatile boolean up;
  }

  private KvCluster(int size, SnapshotPolicy snapshots, long segmentBytes) {
    this.size = size;
    this.snapshots = snapshots;
    this.segmentBytes = segmentBytes;
  }

  static KvCluster of(int servers) {
    return of(servers, SnapshotPolicy.DEFAULT, 1 << 20);
  }

  static KvCluster of(int servers, SnapshotPolicy snapshots, long segmentBytes) {
    return new KvCluster(servers, snapshots, segmentBytes);
  }

  /**
   * With other election timeouts than a real server's. Long ones are for tests that hold a change
   * of leaders for a fault. Ones that are far apart give a time in which two servers think that
   * they lead: a follower that hears nothing stands within the two, a leader that hears nothing
   * gives up at the longer.
   */
  KvCluster withElectionTimeouts(Duration min, Duration max) {
    electionTimeouts = List.of(min, max);
    return this;
  }

  // ---- its life

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    shared = true;
    start();
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    if (!shared) {
      start();
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    failed = true;
    LOG.error("{} failed with {}\n{}", context.getDisplayName(), failure, describe());
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    links.heal();
    if (!shared) {
      stop();
    }
    assertThat(fatals).as("what servers gave up for").isEmpty();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (shared) {
      stop();
    }
  }

  private void start() throws IOException {
    links.install();
    fatals.clear();
    RaftProperties properties = new RaftProperties();
    RaftSettings.apply(properties, segmentBytes);
    if (!electionTimeouts.isEmpty()) {
      RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(electionTimeouts.get(0)));
      RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(electionTimeouts.get(1)));
    }
    RaftSettings.check(properties);
    MiniRaftClusterWithGrpc mini = MiniRaftClusterWithGrpc.FACTORY.newCluster(size, properties);
    mini.setStateMachineRegistry(group -> new KvStateMachine(snapshots, this::fatal));
    raft = mini;
    mini.start();
    for (RaftPeer peer : mini.getGroup().getPeers()) {
      nodes.put(peer.getId().toString(), new Node());
    }
    for (String id : ids()) {
      attach(id);
    }
    leader();
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stop() throws IOException {
    links.heal();
    nodes.values().forEach(node -> node.up = false);
    raft().shutdown();
    nodes.values().forEach(KvCluster::closeService);
    links.uninstall();
    if (!failed) {
      for (String id : ids()) {
        FileUtils.deleteFully(raft().getStorageDir(RaftPeerId.valueOf(id)));
      }
    }
    nodes.clear();
    raft = null;
  }

  private void attach(String id) throws IOException {
    Node node = node(id);
    node.service =
        KvService.start(
            raft().getServer(RaftPeerId.valueOf(id)),
            raft().getGroupId(),
            NAME,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port),
            peer -> endpoint(peer.getId().toString()),
            ServiceLimits.DEFAULT,
            (reason, message, cause) -> {
              // Ratis's part of a server that the test kills ends first.
              if (node.up) {
                fatal(reason, id + ": " + message, cause);
              }
            });
    node.up = true;
  }

  private void fatal(Fatal.Reason reason, String message, Throwable cause) {
    LOG.error("fatal: {}: {}", reason, message, cause);
    fatals.add(reason + ": " + message + ": " + cause);
  }

  private MiniRaftClusterWithGrpc raft() {
    MiniRaftClusterWithGrpc mini = raft;
    if (mini == null) {
      throw new IllegalStateException("the cluster is not running");
    }
    return mini;
  }

  private Node node(String id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no server " + id + " in " + nodes.keySet());
    }
    return node;
  }

  // ---- its servers

  /** All, also those that are down. */
  List<String> ids() {
    return List.copyOf(nodes.keySet());
  }

  List<String> idsBut(String id) {
    return ids().stream().filter(other -> !other.equals(id)).toList();
  }

  private List<String> up() {
    return ids().stream().filter(id -> node(id).up).toList();
  }

  RaftServer.Division division(String id) {
    return raft().getDivision(RaftPeerId.valueOf(id));
  }

  DivisionInfo info(String id) {
    return division(id).getInfo();
  }

  KvStateMachine stateMachine(String id) {
    return (KvStateMachine) division(id).getStateMachine();
  }

  KvState state(String id) {
    return stateMachine(id).state();
  }

  /** The leader of the highest term, once it may take writes. */
  String leader() {
    List<String> found = new ArrayList<>();
    Eventually.until(
        "a leader",
        () -> {
          found.clear();
          presentLeader().ifPresent(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /** As {@link #leader}, as of now. */
  Optional<String> presentLeader() {
    return up().stream()
        .filter(id -> info(id).isAlive() && info(id).isLeader() && info(id).isLeaderReady())
        .max(Comparator.comparingLong(id -> info(id).getCurrentTerm()));
  }

  /** The leader, once it is another than this one. */
  String leaderOtherThan(String id) {
    Eventually.until(
        "a leader other than " + id, () -> presentLeader().filter(l -> !l.equals(id)).isPresent());
    return leader();
  }

  List<String> followers() {
    String leader = leader();
    return up().stream().filter(id -> !id.equals(leader)).toList();
  }

  /** Ends a server as abruptly as is possible in one JVM: Ratis first, under its service. */
  void kill(String id) {
    Node node = node(id);
    if (!node.up) {
      return;
    }
    node.up = false;
    raft().killServer(RaftPeerId.valueOf(id));
    closeService(node);
  }

  private static void closeService(Node node) {
    KvService service = node.service;
    node.service = null;
    if (service != null) {
      service.close();
    }
  }

  /** Starts a server again on what it left on its disk; ends it before, if need be. */
  void restart(String id) throws IOException {
    kill(id);
    raft().restartServer(RaftPeerId.valueOf(id), false);
    attach(id);
  }

  /** Ends all servers, and then starts them again. */
  void restartAll() throws IOException {
    ids().forEach(this::kill);
    for (String id : ids()) {
      restart(id);
    }
  }

  /**
   * Starts a server again with an empty disk. No operation that we offer: a voter that forgets what
   * it acknowledged can lose writes. Here it forces the leader to send a snapshot.
   */
  void wipeAndRestart(String id) throws IOException {
    kill(id);
    raft().restartServer(RaftPeerId.valueOf(id), true);
    attach(id);
  }

  /** Cuts a server off from all others, but not from clients. */
  void isolate(String id) {
    links.isolate(id, idsBut(id));
  }

  /** Nobody hears a server any more; it hears the others. */
  void silence(String id) {
    links.silence(id, idsBut(id));
  }

  void heal() {
    links.heal();
  }

  /** Chunks of snapshots that a server has been sent. */
  int installs(String id) {
    return links.installs(id);
  }

  /** Has a server elected, which must have all that is committed; the cluster is whole after it. */
  void elect(String id) {
    while (!leader().equals(id)) {
      String old = leader();
      links.onlyCandidate(id);
      links.isolate(old, idsBut(old));
      Eventually.until(
          "that " + id + " leads", () -> presentLeader().filter(id::equals).isPresent());
      links.heal();
    }
  }

  // ---- what is in it

  String endpoint(String id) {
    return HOST + ":" + node(id).port;
  }

  int port(String id) {
    return node(id).port;
  }

  String[] endpoints() {
    return ids().stream().map(this::endpoint).toArray(String[]::new);
  }

  KvClientBuilder builder() {
    return KvClient.builder().endpoints(endpoints()).cluster(NAME);
  }

  KvClient client() {
    return builder().timeout(Eventually.PATIENCE).build();
  }

  AsyncKvClient asyncClient() {
    return builder().timeout(Eventually.PATIENCE).buildAsync();
  }

  /** A stream to one server, greeted. */
  RawClient raw(String id) {
    return RawClient.greeted(port(id), NAME);
  }

  /** Has a server take a snapshot, as an operator does. */
  long snapshot(String id) {
    try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
      return admin.snapshot(endpoint(id));
    }
  }

  /** The files of a server's log. */
  List<File> segments(String id) {
    File[] files =
        division(id)
            .getRaftStorage()
            .getStorageDir()
            .getCurrentDir()
            .listFiles((folder, name) -> name.startsWith("log_"));
    return files == null ? List.of() : List.of(files);
  }

  long logBytes(String id) {
    return segments(id).stream().mapToLong(File::length).sum();
  }

  /**
   * Waits until all servers that are up have applied equally much, which is all that the leader
   * has; their states have to be the same then.
   */
  KvState.Stamp awaitEqualDigests() {
    List<KvState.Stamp> stamps = new ArrayList<>();
    Eventually.until(
        "that all servers have applied as much as the leader",
        () -> {
          stamps.clear();
          up().forEach(id -> stamps.add(state(id).digest()));
          return stamps.stream().mapToLong(KvState.Stamp::index).distinct().count() == 1
              && presentLeader().isPresent();
        });
    assertThat(stamps).as("digests of %s", up()).containsOnly(stamps.get(0));
    return stamps.get(0);
  }

  /** For a person: how each server stands. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (String id : ids()) {
      text.append(id).append(' ').append(describe(id)).append('\n');
    }
    return text.append("fatal: ").append(fatals).toString();
  }

  private String describe(String id) {
    if (!node(id).up) {
      return "is down";
    }
    DivisionInfo info = info(id);
    KvState.Stamp stamp = state(id).digest();
    var snapshot = stateMachine(id).getLatestSnapshot();
    return String.format(
        "%s %s, term %d, leader %s, log to %d, committed %d, applied %d, snapshot %s,"
            + " digest %016x at %d, %d keys, %d sessions, %d duplicates, log of %d bytes in %s",
        info.getCurrentRole(),
        info.getLifeCycleState(),
        info.getCurrentTerm(),
        info.getLeaderId(),
        division(id).getRaftLog().getNextIndex() - 1,
        division(id).getRaftLog().getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        snapshot == null ? "none" : snapshot.getTermIndex(),
        stamp.digest(),
        stamp.index(),
        state(id).keys(),
        state(id).sessions(),
        state(id).duplicates(),
        logBytes(id),
        raft().getStorageDir(RaftPeerId.valueOf(id)));
  }
}
