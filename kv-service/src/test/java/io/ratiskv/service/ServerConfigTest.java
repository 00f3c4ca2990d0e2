package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.statemachine.SnapshotPolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
  private static final Member N1 = member("n1", 7001, 7101);
  private static final Member N2 = member("n2", 7002, 7102);

  @Test
  void anIdThatIsNotAMembersIsRefused() {
    assertThatThrownBy(() -> config("c", "n3", N1, N2)).hasMessageContaining("n3 is not one of");
  }

  @Test
  void idsAndEndpointsStandThereOnce() {
    assertThatThrownBy(() -> config("c", "n1", N1, member("n1", 1, 2)))
        .hasMessageContaining("two servers have the id n1");
    assertThatThrownBy(() -> config("c", "n1", N1, member("n2", 7101, 2)))
        .hasMessageContaining("127.0.0.1:7101 stands there twice");
  }

  @Test
  void aSegmentIsAPartOfTheLogBetweenTwoSnapshots() {
    assertThat(segment(1 << 20)).isEqualTo(256 << 10);
    assertThat(segment(1)).as("never tiny").isEqualTo(64 << 10);
    assertThat(segment(SnapshotPolicy.NEVER)).isEqualTo(32 << 20);
  }

  @Test
  void endpointsAreReadWithTheirFaultsNamed() {
    assertThat(Member.Endpoint.parse("[::1]:7001")).isEqualTo(new Member.Endpoint("[::1]", 7001));
    assertThatThrownBy(() -> Member.Endpoint.parse("host")).hasMessageContaining("'host'");
    assertThatThrownBy(() -> Member.Endpoint.parse("host:x"))
        .hasMessageContaining("no port number");
    assertThatThrownBy(() -> Member.Endpoint.parse("host:65536")).hasMessageContaining("65536");
    assertThatThrownBy(() -> Member.Endpoint.parse("::1:7001")).hasMessageContaining("'::1'");
    assertThatThrownBy(() -> Member.Endpoint.parse("a b:1")).hasMessageContaining("'a b'");
    assertThatThrownBy(() -> Member.Endpoint.parse(":1")).hasMessageContaining("not host:port");
    assertThatThrownBy(() -> member("a b", 1, 2)).hasMessageContaining("'a b'");
  }

  private static long segment(long bytes) {
    return new ServerConfig(
            "c",
            "n1",
            List.of(N1),
            Path.of("x"),
            new SnapshotPolicy(bytes, -1),
            ServiceLimits.DEFAULT)
        .segmentBytes();
  }

  private static ServerConfig config(String cluster, String id, Member... members) {
    return new ServerConfig(
        cluster, id, List.of(members), Path.of("x"), SnapshotPolicy.DEFAULT, ServiceLimits.DEFAULT);
  }

  private static Member member(String id, int client, int raft) {
    return new Member(
        id, new Member.Endpoint("127.0.0.1", client), new Member.Endpoint("127.0.0.1", raft));
  }
}
