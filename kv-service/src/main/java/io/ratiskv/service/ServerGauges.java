package io.ratiskv.service;

import io.ratiskv.protocol.Limits;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.service.metrics.ProcessMetrics;
import io.ratiskv.service.metrics.ratis.RatisRegistries;
import io.ratiskv.service.security.Credentials;
import io.ratiskv.service.security.Security;
import io.ratiskv.statemachine.KvStateMachine;
import io.ratiskv.statemachine.core.KvState;
import java.util.function.ToDoubleFunction;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.jspecify.annotations.Nullable;

/** What is known of a server without counting: read when somebody asks. */
final class ServerGauges {
  private static final String PREFIX = "ratiskv_";

  private final Metrics metrics;
  private final RaftServer.Division division;
  private final KvStateMachine stateMachine;

  ServerGauges(Metrics metrics, RaftServer.Division division, KvStateMachine stateMachine) {
    this.metrics = metrics;
    this.division = division;
    this.stateMachine = stateMachine;
  }

  void addAll(
      ConnectHandler.Identity identity,
      Committer committer,
      ServiceLimits limits,
      OpenSessions open,
      DiskUse disk) {
    metrics.gauge(
        PREFIX + "server_info",
        "Who this is; always 1.",
        () -> 1,
        "cluster",
        identity.cluster(),
        "server",
        identity.server());
    raft();
    state();
    sessions(open);
    pending(committer, limits);
    disk(disk);
    snapshots();
    metrics.counted(
        PREFIX + "metrics_left_out_total",
        "Metrics that could not be read, and were left out here.",
        metrics::leftOut);
    ProcessMetrics.addTo(metrics);
    metrics.source(RatisRegistries.of(division.getMemberId().toString()));
  }

  /**
   * When the certificates of this server end; those of a port in plain text never do.
   *
   * @param security null: all plain text
   */
  void certificates(@Nullable Security security) {
    certificate("clients", security == null ? null : security.clients());
    certificate("servers", security == null ? null : security.peers());
  }

  private void certificate(String port, @Nullable Credentials shown) {
    metrics.gauge(
        PREFIX + "certificate_expires_timestamp_seconds",
        "When the certificate ends that the server shows, since the epoch; +Inf: plain text.",
        () -> shown == null ? Double.POSITIVE_INFINITY : shown.validUntil().toEpochMilli() / 1e3,
        "port",
        port);
  }

  private void raft() {
    for (RaftPeerRole role :
        new RaftPeerRole[] {
          RaftPeerRole.LEADER, RaftPeerRole.FOLLOWER, RaftPeerRole.CANDIDATE, RaftPeerRole.LISTENER
        }) {
      metrics.gauge(
          PREFIX + "role",
          "1 for the role that the server has.",
          () -> info().getCurrentRole() == role ? 1 : 0,
          "role",
          role.name().toLowerCase(java.util.Locale.ROOT));
    }
    gauge(
        "has_leader",
        "Whether the server knows a leader.",
        info -> info.getLeaderId() == null ? 0 : 1);
    gauge(
        "ready", "Whether /readyz says that it is.", i -> Readiness.of(division).isReady() ? 1 : 0);
    gauge("term", "Raft's term.", DivisionInfo::getCurrentTerm);
    metrics.gauge(
        PREFIX + "commit_index",
        "The last log index that the server knows to be committed.",
        () -> division.getRaftLog().getLastCommittedIndex());
    gauge("applied_index", "The last log index applied.", DivisionInfo::getLastAppliedIndex);
    gauge(
        "lag_entries",
        "Log entries committed by the leader, as far as is known here, and not applied.",
        i -> Readiness.lag(division));
  }

  private DivisionInfo info() {
    return division.getInfo();
  }

  private void gauge(String name, String help, ToDoubleFunction<DivisionInfo> value) {
    metrics.gauge(PREFIX + name, help, () -> value.applyAsDouble(info()));
  }

  private void state() {
    String operations = PREFIX + "operations_total";
    String help = "Writing operations that this server executed; every server executes all.";
    metrics.counted(
        operations, help, () -> now().operations().puts(), "kind", "put", "outcome", "applied");
    metrics.counted(
        operations,
        help,
        () -> now().operations().appends(),
        "kind",
        "append",
        "outcome",
        "applied");
    metrics.counted(
        operations,
        help,
        () -> now().operations().refusedAppends(),
        "kind",
        "append",
        "outcome",
        "refused");
    metrics.gauge(PREFIX + "keys", "Keys in the store.", () -> now().keys());
    metrics.gauge(
        PREFIX + "store_bytes", "Bytes of keys and values in the store.", () -> now().bytes());
  }

  private KvState now() {
    return stateMachine.state();
  }

  private void sessions(OpenSessions open) {
    metrics.counted(
        PREFIX + "duplicates_total",
        "Batches that came again and were answered from the session table.",
        () -> now().duplicates());
    metrics.gauge(PREFIX + "sessions", "Sessions that are open.", () -> now().sessions());
    metrics.gauge(PREFIX + "sessions_limit", "Most sessions.", () -> Limits.MAX_SESSIONS);
    metrics.counted(
        PREFIX + "sessions_expired_total", "Sessions that expired.", () -> now().expired());
    metrics.gauge(
        PREFIX + "streams", "Clients' streams here that speak for a session.", open::count);
  }

  private void pending(Committer committer, ServiceLimits limits) {
    metrics.gauge(
        PREFIX + "pending_requests",
        "Requests taken in and not answered.",
        () -> committer.load().requests());
    metrics.gauge(
        PREFIX + "pending_requests_limit",
        "Beyond it requests are refused.",
        limits::pendingRequests);
    metrics.gauge(
        PREFIX + "pending_bytes", "Bytes of pending requests.", () -> committer.load().bytes());
    metrics.gauge(
        PREFIX + "pending_bytes_limit", "Beyond it requests are refused.", limits::pendingBytes);
    metrics.gauge(
        PREFIX + "waiting_requests",
        "Pending requests that no log entry has taken yet.",
        () -> committer.load().waiting());
    metrics.gauge(
        PREFIX + "entries_in_flight",
        "Log entries submitted and not applied.",
        () -> committer.load().entries());
    metrics.gauge(
        PREFIX + "entries_in_flight_limit",
        "Beyond it requests wait for the next entry.",
        limits::entriesInFlight);
  }

  private void disk(DiskUse disk) {
    metrics.gauge(
        PREFIX + "log_bytes",
        "Bytes of the log on disk, with the room set aside.",
        () -> disk.sizes().log());
    metrics.gauge(
        PREFIX + "disk_free_bytes",
        "Bytes free where the server keeps its data.",
        () -> disk.sizes().free());
    metrics.gauge(
        PREFIX + "snapshot_bytes", "Bytes of the newest snapshot.", () -> disk.sizes().snapshot());
  }

  private void snapshots() {
    String name = PREFIX + "snapshots_total";
    String help = "Snapshots that this server took, or could not take.";
    metrics.counted(name, help, () -> stateMachine.snapshotCounts().taken(), "outcome", "taken");
    metrics.counted(name, help, () -> stateMachine.snapshotCounts().failed(), "outcome", "failed");
    metrics.counted(
        PREFIX + "snapshots_seconds_total",
        "What taking them took.",
        () -> stateMachine.snapshotCounts().nanos() / 1e9);
    metrics.gauge(
        PREFIX + "snapshot_last_timestamp_seconds",
        "When the last one was taken here, since the epoch; 0: none since the start.",
        () -> stateMachine.snapshotCounts().lastMillis() / 1e3);
    metrics.gauge(
        PREFIX + "snapshot_index",
        "The log index of the newest snapshot; -1: none.",
        this::snapshotIndex);
  }

  private double snapshotIndex() {
    SnapshotInfo latest = stateMachine.getLatestSnapshot();
    return latest == null ? -1 : latest.getIndex();
  }
}
