package io.ratiskv.service.metrics.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.service.metrics.MetricsText;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.junit.jupiter.api.Test;

class RatisRegistriesTest {
  private static final String MEMBER = "n1@group-123";

  @Test
  void ratisFindsOurs() {
    assertThat(MetricRegistries.global()).isInstanceOf(RatisRegistries.class);
  }

  @Test
  void showsWhatRatisCountsForOneMember() {
    RatisMetricRegistry registry = registry(MEMBER);
    registry.counter("electionCount").inc();
    registry.timer("syncTime").time().stop();
    registry.timer("clientWatchALLRequest").time().stop();
    registry.gauge("n2_peerCommitIndex", () -> () -> 17L);
    registry.gauge("n3_peerCommitIndex", () -> () -> 18L);
    registry(MEMBER.replace("1@", "9@")).counter("electionCount").inc(5);

    assertThat(text())
        .contains(
            """
            # TYPE ratis_part_election_total counter
            ratis_part_election_total 1
            """,
            "# TYPE ratis_part_sync_seconds histogram\n",
            "ratis_part_sync_seconds_count 1\n",
            """
            # TYPE ratis_part_peer_commit_index gauge
            ratis_part_peer_commit_index{peer="n2"} 17
            ratis_part_peer_commit_index{peer="n3"} 18
            """)
        .doesNotContain(" 5\n", "watch");
  }

  @Test
  void aGaugeThatFailsIsLeftOut() {
    registry(MEMBER)
        .gauge(
            "bad",
            () ->
                () -> {
                  throw new IllegalStateException("stopped");
                });

    assertThat(text()).contains("# ratis_part_bad can't be read now");
  }

  @Test
  void namesOfPeersBecomeLabels() {
    assertThat(RatisName.of("follower_n2_match_index"))
        .isEqualTo(new RatisName("follower_match_index", "{peer=\"n2\"}"));
    assertThat(RatisName.of("n1@group-1->n2_latency_heartbeat"))
        .isEqualTo(new RatisName("latency_heartbeat", "{peer=\"n2\"}"));
    assertThat(RatisName.of("n2_lastHeartbeatElapsedTime"))
        .isEqualTo(new RatisName("last_heartbeat_elapsed_time", "{peer=\"n2\"}"));
    assertThat(RatisName.of("follower_append_entry_latency_heartbeat"))
        .isEqualTo(new RatisName("follower_append_entry_heartbeat", ""));
    assertThat(RatisName.of("numInstallSnapshot")).isEqualTo(new RatisName("install_snapshot", ""));
  }

  private static RatisMetricRegistry registry(String member) {
    return MetricRegistries.global()
        .create(new MetricRegistryInfo(member, "ratis", "part", "Part"));
  }

  private static String text() {
    MetricsText out = new MetricsText();
    RatisRegistries.of(MEMBER).write(out);
    return out.toString();
  }
}
