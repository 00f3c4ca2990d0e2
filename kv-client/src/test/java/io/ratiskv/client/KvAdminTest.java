package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KvAdminTest {
  private final FakeCluster cluster = new FakeCluster(3);
  private final KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(5));

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
  }

  @Test
  void aSnapshotIsTaken() {
    assertThat(admin.snapshot(cluster.endpoint(0))).isEqualTo(42);
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
