package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.client.ServerStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest {
  @Test
  void theTableHasARowForEachServer() {
    List<String> lines =
        StatusTable.lines(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 15, 0xabcL),
                new ServerAnswer.Unreached("h2:7001", "Connection refused")));

    assertThat(lines)
        .containsExactly(
            "SERVER  ENDPOINT  ROLE    TERM  COMMIT  APPLIED  SNAPSHOT  KEYS  BYTES  SESSIONS"
                + "  DUPLICATES  LOG BYTES  DIGEST",
            "n1      n1:7001   leader     3      16       15         -     2     42         1"
                + "           0       4096  0000000000000abc",
            "?       h2:7001   unreachable: Connection refused");
  }

  @Test
  void isHealthyWhereAMajorityAgreesOnALeader() {
    ClusterView view =
        ClusterView.of(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 15, 1),
                answer("n2", ServerStatus.Role.FOLLOWER, "n1", 14, 2),
                new ServerAnswer.Unreached("h3:7001", "Connection refused")));

    assertThat(view.isHealthy()).isTrue();
    assertThat(view.lines()).containsExactly("cluster dev: n1 leads; 2 of 3 servers answered");
  }

  @Test
  void isNotHealthyWhereOnlyAMinorityAnswers() {
    ClusterView view =
        ClusterView.of(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 15, 1),
                new ServerAnswer.Unreached("h2:7001", "Connection refused"),
                new ServerAnswer.Unreached("h3:7001", "Connection refused")));

    assertThat(view.isHealthy()).isFalse();
    assertThat(view.lines())
        .containsExactly("no leader that a majority agrees on; 1 of 3 servers answered");
  }

  @Test
  void isNotHealthyWhereNobodyKnowsALeader() {
    ClusterView view =
        ClusterView.of(
            List.of(
                answer("n1", ServerStatus.Role.CANDIDATE, "", 15, 1),
                answer("n2", ServerStatus.Role.FOLLOWER, "", 15, 1)));

    assertThat(view.isHealthy()).isFalse();
  }

  @Test
  void saysWhereDigestsDifferAtOneIndex() {
    ClusterView view =
        ClusterView.of(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 15, 1),
                answer("n2", ServerStatus.Role.FOLLOWER, "n1", 15, 2),
                answer("n3", ServerStatus.Role.FOLLOWER, "n1", 14, 3)));

    assertThat(view.isHealthy()).isFalse();
    assertThat(view.lines().get(1))
        .isEqualTo(
            "DIGESTS DIFFER in cluster dev at index 15: n1 has 0000000000000001, n2 has"
                + " 0000000000000002");
  }

  @Test
  void isCompleteWhereAllFollowOneLeaderAndNoneIsFarBehind() {
    ServerAnswer leader = answer("n1", ServerStatus.Role.LEADER, "n1", 16, 1);
    ServerAnswer follower = answer("n2", ServerStatus.Role.FOLLOWER, "n1", 15, 2);
    long farBehind = 16 - ClusterView.MAX_LAG_ENTRIES - 1;

    assertThat(complete(leader, follower)).isTrue();
    assertThat(complete(leader, follower, new ServerAnswer.Unreached("n3:7001", "gone"))).isFalse();
    assertThat(
            complete(
                leader, follower, answer("n3", ServerStatus.Role.FOLLOWER, "n1", farBehind, 3)))
        .isFalse();
    assertThat(complete(leader, follower, answer("n3", ServerStatus.Role.CANDIDATE, "", 15, 2)))
        .isFalse();
    assertThat(complete(follower, answer("n3", ServerStatus.Role.FOLLOWER, "n1", 15, 2)))
        .as("a leader that is gone")
        .isFalse();
  }

  private static boolean complete(ServerAnswer... answers) {
    return ClusterView.of(List.of(answers)).isComplete();
  }

  @Test
  void throughputIsWhatCameBetweenTwoLooks() {
    Throughput throughput = new Throughput();
    Duration hour = Duration.ofHours(1);
    String first =
        throughput.line(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 16, 1, 1_000, 50, hour),
                answer("n2", ServerStatus.Role.FOLLOWER, "n1", 13, 1, 900, 0, hour)));
    String second =
        throughput.line(
            List.of(
                answer("n1", ServerStatus.Role.LEADER, "n1", 16, 1, 4_000, 70, hour.plusSeconds(2)),
                new ServerAnswer.Unreached("n2:7001", "gone")));

    assertThat(first).isEqualTo("behind the leader: n2 by 3 log entries");
    assertThat(second).isEqualTo("1,500 writes/s, 10 keys read/s");
  }

  @Test
  void countsThatBeganAnewAreNoThroughput() {
    Throughput throughput = new Throughput();
    Duration hour = Duration.ofHours(1);
    throughput.line(List.of(leader(9_000, hour)));

    assertThat(throughput.line(List.of(leader(10, hour.plusSeconds(1)))))
        .as("it was sent a snapshot")
        .isEmpty();
    assertThat(throughput.line(List.of(leader(20, Duration.ofSeconds(1)))))
        .as("it was started again")
        .isEmpty();
    assertThat(throughput.line(List.of(leader(50, Duration.ofSeconds(2)))))
        .isEqualTo("30 writes/s, 0 keys read/s");
  }

  private static ServerAnswer leader(long operations, Duration uptime) {
    return answer("n1", ServerStatus.Role.LEADER, "n1", 16, 1, operations, 0, uptime);
  }

  private static ServerAnswer answer(
      String id, ServerStatus.Role role, String leader, long applied, long digest) {
    return answer(id, role, leader, applied, digest, 0, 0, Duration.ZERO);
  }

  private static ServerAnswer answer(
      String id,
      ServerStatus.Role role,
      String leader,
      long applied,
      long digest,
      long operations,
      long reads,
      Duration uptime) {
    return new ServerAnswer.Reached(
        id + ":7001",
        new ServerStatus(
            "dev",
            id,
            role,
            3,
            leader,
            "",
            16,
            applied,
            -1,
            2,
            42,
            1,
            digest,
            applied,
            0,
            4096,
            Duration.ofMinutes(10),
            0,
            0,
            operations,
            reads,
            uptime));
  }
}
