package io.ratiskv.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvException;
import io.ratiskv.client.LabNetwork;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.it.KvCluster;
import io.ratiskv.it.chaos.Coverage.Event;
import io.ratiskv.statemachine.SnapshotPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.statemachine.SnapshotInfo;

/** Servers in this JVM, with snapshots so often and log segments so short that logs are purged. */
final class JvmCluster implements ChaosCluster {
  private static final SnapshotPolicy SNAPSHOTS = new SnapshotPolicy(256 << 10, -1);
  private static final long SEGMENT_BYTES = 16 << 10;

  /** Far apart: an old leader goes on for a while beside the new one. */
  private static final Duration ELECTION_MIN = Duration.ofMillis(500);

  private static final Duration ELECTION_MAX = Duration.ofMillis(1800);

  private final KvCluster cluster;
  private final KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(5));
  private final Map<String, Long> restored = new ConcurrentHashMap<>();
  private long restarts;

  private JvmCluster(KvCluster cluster) {
    this.cluster = cluster;
  }

  static ChaosCluster start(int servers) throws IOException {
    KvCluster cluster =
        KvCluster.of(servers, SNAPSHOTS, SEGMENT_BYTES)
            .withElectionTimeouts(ELECTION_MIN, ELECTION_MAX);
    cluster.start();
    return new JvmCluster(cluster);
  }

  static ChaosTarget target(int servers) {
    return new ChaosTarget() {
      @Override
      public String name() {
        return "in-jvm-" + servers;
      }

      @Override
      public ChaosCluster start() throws IOException {
        return JvmCluster.start(servers);
      }
    };
  }

  KvCluster cluster() {
    return cluster;
  }

  @Override
  public String name() {
    return KvCluster.NAME;
  }

  @Override
  public List<String> ids() {
    return cluster.ids();
  }

  @Override
  public String endpoint(String id) {
    return cluster.endpoint(id);
  }

  @Override
  public Optional<ServerStatus> status(String id) {
    try {
      return Optional.of(admin.status(endpoint(id)));
    } catch (KvException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> leader() {
    return cluster.presentLeader();
  }

  /** The leader; while there is none, any server. */
  String leaderOrAny(Random random) {
    String any = any(random);
    return leader().orElse(any);
  }

  /** A server that does not lead. */
  String follower(Random random) {
    List<String> others = leader().map(cluster::idsBut).orElse(ids());
    return others.get(random.nextInt(others.size()));
  }

  String any(Random random) {
    return ids().get(random.nextInt(ids().size()));
  }

  /** Starts a server again, which may be down. */
  void restart(String id) throws IOException {
    SnapshotInfo last = cluster.stateMachine(id).getLatestSnapshot();
    cluster.restart(id);
    restored.put(id, last == null ? 0 : last.getIndex());
    restarts++;
  }

  /** A server has taken over a snapshot of this index that the leader sent. */
  void installed(String id, long index) {
    restored.put(id, index);
  }

  @Override
  public long restoredIndex(String id) {
    return restored.getOrDefault(id, 0L);
  }

  @Override
  public List<Fault> faults() {
    return new JvmFaults(this).all();
  }

  @Override
  public List<Fault> faults(LabNetwork clients) {
    List<Fault> faults = new ArrayList<>(faults());
    faults.add(new LostAnswers(this, clients));
    return faults;
  }

  @Override
  public void awaitWhole() {
    cluster.leader();
    cluster.awaitEqualDigests();
  }

  @Override
  public void report(Coverage coverage) {
    coverage.add(Event.RESTART, restarts);
    for (String id : ids()) {
      coverage.add(Event.SNAPSHOT_INSTALL, cluster.installs(id));
    }
  }

  @Override
  public String describe() {
    return cluster.describe();
  }

  @Override
  public void keepData() {
    cluster.keepData();
  }

  @Override
  public void close() throws IOException {
    admin.close();
    List<String> fatals = cluster.fatals();
    cluster.stop();
    assertThat(fatals).as("what servers gave up for").isEmpty();
  }
}
