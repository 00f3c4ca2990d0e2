package io.ratiskv.client;

import io.ratiskv.protocol.v1.MemberList;
import java.time.Duration;

/** What servers answer to an operator, without a trace of the protocol. */
final class AdminAnswers {
  private AdminAnswers() {}

  static ClusterMembers members(MemberList list) {
    return new ClusterMembers(
        list.getMembersList().stream()
            .map(
                member ->
                    new ClusterMembers.Member(
                        member.getServer(), member.getEndpoint(), member.getRaftEndpoint()))
            .toList(),
        list.getRetiredList());
  }

  static ServerStatus status(io.ratiskv.protocol.v1.ServerStatus status) {
    return new ServerStatus(
        status.getCluster(),
        status.getServer(),
        role(status.getRole()),
        status.getTerm(),
        status.getLeader(),
        status.getLeaderEndpoint(),
        status.getCommitIndex(),
        status.getAppliedIndex(),
        status.getSnapshotIndex(),
        status.getKeys(),
        status.getBytes(),
        status.getSessions(),
        status.getDigest(),
        status.getDigestIndex(),
        status.getDuplicates(),
        status.getLogBytes(),
        Duration.ofMillis(status.getSessionTtlMillis()),
        status.getEpoch(),
        status.getExpired(),
        status.getOperations(),
        status.getKeysRead(),
        Duration.ofMillis(status.getUptimeMillis()));
  }

  private static ServerStatus.Role role(io.ratiskv.protocol.v1.ServerStatus.Role role) {
    return switch (role) {
      case LEADER -> ServerStatus.Role.LEADER;
      case FOLLOWER -> ServerStatus.Role.FOLLOWER;
      case CANDIDATE -> ServerStatus.Role.CANDIDATE;
      case LISTENER -> ServerStatus.Role.LISTENER;
      case ROLE_UNSPECIFIED, UNRECOGNIZED -> ServerStatus.Role.UNKNOWN;
    };
  }
}
