package io.ratiskv.it;

import io.ratiskv.service.KvService;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.FileUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of a {@link KvCluster} from the first start to the end: Ratis's MiniRaftCluster, and
 * our service in front of each. They are started, ended and started again by one thread at a time.
 */
final class MiniServers {
  private static final Logger LOG = LoggerFactory.getLogger(MiniServers.class);

  private final MiniRaft raft;
  private final Links links;
  private final Map<String, Node> nodes = new TreeMap<>();
  private final List<String> fatals = new CopyOnWriteArrayList<>();

  /** A server's service; Ratis's part of it is the MiniRaftCluster's. */
  private static final class Node {
    final int port = Ports.free();
    @Nullable KvService service;
    volatile boolean up;
  }

  private MiniServers(MiniRaft raft, SnapshotPolicy snapshots, Links links) {
    this.raft = raft;
    this.links = links;
    raft.setStateMachineRegistry(group -> new KvStateMachine(snapshots, this::fatal));
  }

  static MiniServers start(
      int size, SnapshotPolicy snapshots, RaftProperties properties, Links links)
      throws IOException {
    MiniRaft raft = MiniRaft.of(size, properties);
    MiniServers servers = new MiniServers(raft, snapshots, links);
    raft.start();
    for (RaftPeer peer : raft.getGroup().getPeers()) {
      servers.nodes.put(peer.getId().toString(), new Node());
    }
    for (String id : servers.ids()) {
      servers.attach(id);
    }
    return servers;
  }

  private void attach(String id) throws IOException {
    Node node = node(id);
    node.service =
        KvService.start(
            raft.getServer(RaftPeerId.valueOf(id)),
            raft.getGroupId(),
            KvCluster.NAME,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port),
            peer -> endpoint(peer.getId().toString()),
            ServiceLimits.DEFAULT,
            other -> links.isWhole(other, id),
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

  /** What servers gave up for, since the start. */
  List<String> fatals() {
    return List.copyOf(fatals);
  }

  private Node node(String id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no server " + id + " in " + nodes.keySet());
    }
    return node;
  }

  /** All, also those that are down. */
  List<String> ids() {
    return List.copyOf(nodes.keySet());
  }

  List<String> up() {
    return ids().stream().filter(id -> node(id).up).toList();
  }

  int port(String id) {
    return node(id).port;
  }

  String endpoint(String id) {
    return "127.0.0.1:" + port(id);
  }

  RaftServer.Division division(String id) {
    return raft.getDivision(RaftPeerId.valueOf(id));
  }

  KvStateMachine stateMachine(String id) {
    return (KvStateMachine) division(id).getStateMachine();
  }

  /** Ends a server as abruptly as is possible in one JVM: Ratis first, under its service. */
  void kill(String id) {
    Node node = node(id);
    if (!node.up) {
      return;
    }
    node.up = false;
    raft.killServer(RaftPeerId.valueOf(id));
    closeService(node);
  }

  private static void closeService(Node node) {
    KvService service = node.service;
    node.service = null;
    if (service != null) {
      service.close();
    }
  }

  /** Starts a server again; ends it before, if need be. */
  void restart(String id, boolean wiped) throws IOException {
    kill(id);
    raft.restartServer(RaftPeerId.valueOf(id), wiped);
    attach(id);
  }

  /** Asks the leader to hand its office on, as an operator does. Returns whether it did in time. */
  boolean transfer(String leader, String next, Duration patience) throws IOException {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            ClientId.randomId(),
            RaftPeerId.valueOf(leader),
            raft.getGroupId(),
            CallId.getAndIncrement(),
            RaftPeerId.valueOf(next),
            patience.toMillis());
    RaftServer server = raft.getServer(RaftPeerId.valueOf(leader));
    return server.transferLeadership(request).isSuccess();
  }

  void stop(boolean keepData) throws IOException {
    nodes.values().forEach(node -> node.up = false);
    raft.shutdown();
    nodes.values().forEach(MiniServers::closeService);
    for (String id : ids()) {
      if (!keepData) {
        FileUtils.deleteFully(folder(id));
      }
    }
  }

  private File folder(String id) {
    return raft.getStorageDir(RaftPeerId.valueOf(id));
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
      return "is down, its data is in " + folder(id);
    }
    DivisionInfo info = division(id).getInfo();
    KvState state = stateMachine(id).state();
    KvState.Stamp stamp = state.digest();
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
        state.keys(),
        state.sessions(),
        state.duplicates(),
        logBytes(id),
        folder(id));
  }
}
