package io.ratiskv.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.AsyncKvClient;
import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvClientBuilder;
import io.ratiskv.service.RaftSettings;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.SnapshotPolicy;
import io.ratiskv.statemachine.core.KvState;
import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
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
public final class KvCluster
    implements BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback,
        TestExecutionExceptionHandler {
  public static final String NAME = "it";

  private static final Logger LOG = LoggerFactory.getLogger(KvCluster.class);

  /** A real server whose JVM stood still for so long gives up to lead. */
  private static final Duration STEP_DOWN = Duration.ofSeconds(2);

  private final int size;
  private final SnapshotPolicy snapshots;
  private final long segmentBytes;
  private final Links links = new Links();
  private @Nullable MiniServers servers;
  private List<Duration> electionTimeouts = List.of();
  private boolean ratisReads;
  private boolean shared;
  private boolean keepsData;

  private KvCluster(int size, SnapshotPolicy snapshots, long segmentBytes) {
    this.size = size;
    this.snapshots = snapshots;
    this.segmentBytes = segmentBytes;
  }

  static KvCluster of(int servers) {
    return of(servers, SnapshotPolicy.DEFAULT, 1 << 20);
  }

  public static KvCluster of(int servers, SnapshotPolicy snapshots, long segmentBytes) {
    return new KvCluster(servers, snapshots, segmentBytes);
  }

  /**
   * With other election timeouts than a real server's. Long ones are for tests that hold a change
   * of leaders for a fault. Ones that are far apart give a time in which two servers think that
   * they lead: a follower that hears nothing stands within the two, a leader that hears nothing
   * gives up at the longer.
   */
  public KvCluster withElectionTimeouts(Duration min, Duration max) {
    electionTimeouts = List.of(min, max);
    return this;
  }

  /** With Ratis's own linearizable read, which our service doesn't use. */
  KvCluster withRatisLinearizableReads() {
    ratisReads = true;
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
    keepData();
    LOG.error("{} failed with {}\n{}", context.getDisplayName(), failure, describe());
    throw failure;
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    links.heal();
    List<String> fatals = servers().fatals();
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

  /** Starts it where it is no extension of a test. */
  public void start() throws IOException {
    links.install();
    RaftProperties properties = new RaftProperties();
    RaftSettings.apply(properties, segmentBytes);
    if (!electionTimeouts.isEmpty()) {
      RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(electionTimeouts.get(0)));
      RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(electionTimeouts.get(1)));
      if (electionTimeouts.get(1).compareTo(STEP_DOWN) > 0) {
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
            properties, time(electionTimeouts.get(1)));
      }
    }
    if (ratisReads) {
      RaftServerConfigKeys.Read.setOption(
          properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    }
    RaftSettings.check(properties);
    servers = MiniServers.start(size, snapshots, properties, links);
    leader();
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Ends it. */
  public void stop() throws IOException {
    links.heal();
    servers().stop(keepsData);
    links.uninstall();
    servers = null;
  }

  /** Leaves the servers' folders where they are when it ends. */
  public void keepData() {
    keepsData = true;
  }

  /** What servers gave up for. */
  public List<String> fatals() {
    return servers().fatals();
  }

  private MiniServers servers() {
    MiniServers running = servers;
    if (running == null) {
      throw new IllegalStateException("the cluster is not running");
    }
    return running;
  }

  // ---- its servers

  /** All, also those that are down. */
  public List<String> ids() {
    return servers().ids();
  }

  public List<String> idsBut(String id) {
    return ids().stream().filter(other -> !other.equals(id)).toList();
  }

  private List<String> up() {
    return servers().up();
  }

  public RaftServer.Division division(String id) {
    return servers().division(id);
  }

  DivisionInfo info(String id) {
    return division(id).getInfo();
  }

  public KvStateMachine stateMachine(String id) {
    return servers().stateMachine(id);
  }

  public KvState state(String id) {
    return stateMachine(id).state();
  }

  /** The leader of the highest term, once it may take writes. */
  public String leader() {
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
  public Optional<String> presentLeader() {
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
  public void kill(String id) {
    servers().kill(id);
  }

  /** Starts a server again on what it left on its disk; ends it before, if need be. */
  public void restart(String id) throws IOException {
    servers().restart(id, false);
  }

  /** Ends all servers, and then starts them again. */
  public void restartAll() throws IOException {
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
    servers().restart(id, true);
  }

  /** Cuts a server off from all others, but not from clients. */
  public void isolate(String id) {
    links.isolate(id, idsBut(id));
  }

  /** Cuts Ratis's part of a server off from the others; our services still hear each other. */
  void isolateRaft(String id) {
    links.letServicesPass();
    isolate(id);
  }

  /** Cuts the servers in two halves; clients reach both. */
  public void split(List<String> side) {
    List<String> others = ids().stream().filter(id -> !side.contains(id)).toList();
    side.forEach(id -> links.isolate(id, others));
  }

  /** Has a server, as long as it follows, take so much longer over each write to its log. */
  public void slowLog(String id, Duration delay) {
    links.slowLog(id, delay);
  }

  /** Messages between the servers that had to wait, all in all. */
  public long heldMessages() {
    return links.held();
  }

  /** Nobody hears a server any more; it hears the others. */
  public void silence(String id) {
    links.silence(id, idsBut(id));
  }

  /** A server hears nobody any more; the others hear it. */
  public void deafen(String id) {
    idsBut(id).forEach(other -> links.silence(other, List.of(id)));
  }

  public void heal() {
    links.heal();
  }

  /** Chunks of snapshots that a server has been sent. */
  public int installs(String id) {
    return links.installs(id);
  }

  /** The index of the snapshot that a server was last sent as a whole; -1: none. */
  public long sentSnapshot(String id) {
    return links.sentSnapshot(id);
  }

  /** Has the leader hand its office on, as an operator does; whether it did in time. */
  public boolean transferLeadership(String leader, String next, Duration patience)
      throws IOException {
    return servers().transfer(leader, next, patience);
  }

  /** Has a server elected, which must have all that is committed; the cluster is whole after it. */
  void elect(String id) {
    while (!leader().equals(id)) {
      String old = leader();
      Eventually.until(
          "that " + id + " has the log of " + old,
          () ->
              division(id).getRaftLog().getNextIndex()
                  >= division(old).getRaftLog().getNextIndex());
      links.onlyCandidate(id);
      links.isolate(old, idsBut(old));
      Eventually.until(
          "that " + id + " leads", () -> presentLeader().filter(id::equals).isPresent());
      links.heal();
    }
  }

  // ---- what is in it

  public String endpoint(String id) {
    return servers().endpoint(id);
  }

  int port(String id) {
    return servers().port(id);
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
  public long snapshot(String id) {
    try (KvAdmin admin = KvAdmin.withTimeout(Eventually.PATIENCE)) {
      return admin.snapshot(endpoint(id));
    }
  }

  /** The files of a server's log. */
  List<File> segments(String id) {
    return servers().segments(id);
  }

  long logBytes(String id) {
    return servers().logBytes(id);
  }

  /**
   * Waits until all servers that are up have applied equally much, which is all that the leader
   * has; their states have to be the same then.
   */
  public KvState.Stamp awaitEqualDigests() {
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
  public String describe() {
    return servers().describe();
  }
}
