package io.ratiskv.service;

import io.ratiskv.protocol.v1.ServerStatus;
import io.ratiskv.service.http.Json;
import java.util.Locale;

/** The status of a server as JSON. Names are kept; new ones may come. */
final class StatusJson {
  private StatusJson() {}

  static Json of(ServerStatus status) {
    return new Json()
        .put("cluster", status.getCluster())
        .put("server", status.getServer())
        .put("role", status.getRole().name().toLowerCase(Locale.ROOT))
        .put("term", status.getTerm())
        .put("leader", status.getLeader())
        .put("leaderEndpoint", status.getLeaderEndpoint())
        .put("commitIndex", status.getCommitIndex())
        .put("appliedIndex", status.getAppliedIndex())
        .put("snapshotIndex", status.getSnapshotIndex())
        .put("keys", status.getKeys())
        .put("bytes", status.getBytes())
        .put("sessions", status.getSessions())
        .put("expired", status.getExpired())
        .put("duplicates", status.getDuplicates())
        .put("logBytes", status.getLogBytes())
        // As a word: all 64 bits count, and a number in JSON has 53.
        .put("digest", String.format("%016x", status.getDigest()))
        .put("digestIndex", status.getDigestIndex())
        .put("sessionTtlMillis", status.getSessionTtlMillis())
        .put("epoch", status.getEpoch())
        .put("operations", status.getOperations())
        .put("keysRead", status.getKeysRead())
        .put("pendingRequests", status.getPendingRequests())
        .put("uptimeMillis", status.getUptimeMillis());
  }
}
