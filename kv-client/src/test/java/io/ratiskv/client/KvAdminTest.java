package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KvAdminTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(20));

  @AfterEach
  void close() {
    admin.close();
    cluster.close();
  }

  @Test
  void statusIsThatOfOneServer() {
    ServerStatus status = admin.status(cluster.endpoint(1));
    assertThat(status.server()).isEqualTo("n1");
    assertThat(status.role()).isEqualTo(ServerStatus.Role.FOLLOWER);
    assertThat(status.term()).isEqualTo(3);
    assertThat(status.snapshotIndex()).isEqualTo(-1);
    assertThat(status.digest()).isEqualTo(-7);
    assertThat(status.leader()).isEmpty();
    assertThat(status.sessionTtl()).isEqualTo(Duration.ofMinutes(10));
    assertThat(status.epoch()).isEqualTo(2);
    assertThat(status.expired()).isEqualTo(5);
  }

  @Test
  void aSnapshotIsTaken() {
    assertThat(admin.snapshot(cluster.endpoint(0))).isEqualTo(42);
  }

  @Test
  void theTtlOfSessionsIsChanged() {
    Duration ttl = Duration.ofSeconds(90);
    assertThat(admin.changeSessionTtl(cluster.endpoint(0), ttl)).isEqualTo(ttl);
    assertThatThrownBy(() -> admin.changeSessionTtl(cluster.endpoint(1), ttl))
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void aTtlOutsideOfTheBoundsIsRefusedAtTheDoor() {
    for (Duration wrong :
        List.of(
            Duration.ZERO,
            Duration.ofMillis(999),
            Duration.ofDays(30).plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      assertThatThrownBy(() -> admin.changeSessionTtl(cluster.endpoint(0), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong + ", at least PT1S, at most PT720H");
    }
  }

  @Test
  void failuresAreOurs() {
    assertThatThrownBy(() -> admin.snapshot(cluster.endpoint(1)))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("not you");
    KvAdmin hasty = KvAdmin.withTimeout(Duration.ofMillis(300));
    assertThatThrownBy(() -> hasty.snapshot(cluster.endpoint(2)))
        .isInstanceOf(DeadlineExceededException.class);
    String dead = cluster.endpoint(2);
    cluster.kill(2);
    assertThatThrownBy(() -> admin.status(dead))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining(dead);
    hasty.close();
    assertThatThrownBy(() -> hasty.status(dead)).isInstanceOf(ClientClosedException.class);
  }
}
