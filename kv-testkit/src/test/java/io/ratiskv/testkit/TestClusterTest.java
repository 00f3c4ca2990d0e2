package io.ratiskv.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.client.KvAdmin;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.RefusedException;
import io.ratiskv.client.ServerStatus;
import io.ratiskv.client.UnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** All tests share one cluster, and leave it whole. */
@ExtendWith(KvClusterExtension.class)
class TestClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static TestCluster cluster;

  @BeforeAll
  static void start(TestCluster shared) {
    cluster = shared;
  }

  @Test
  void theClusterOfTheClassIsGivenToItsTests(TestCluster mine) {
    assertThat(mine).isSameAs(cluster);
    assertThat(cluster.servers()).contains(cluster.leader()).hasSize(3);
    assertThat(cluster.endpoints()).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void aKilledServerIsGoneAndComesBackWithItsData(KvClient kv) {
    kv.put("k", "v");
    String killed = cluster.killLeader();
    assertThat(cluster.leader()).isNotEqualTo(killed);
    assertThatThrownBy(() -> status(killed)).isInstanceOf(KvException.class);
    kv.put("k", "w");
    cluster.restart(killed);
    cluster.restart(killed);
    assertThat(status(killed).server()).isEqualTo(killed);
    // Another majority: with the one that was away.
    String other = cluster.killLeader();
    assertThat(kv.get("k").valueAsString()).isEqualTo("w");
    cluster.restart(other);
  }

  @Test
  void aDeadServerIsNotAskedToLead(KvClient kv) {
    String leader = cluster.leader();
    String dead =
        cluster.servers().stream().filter(id -> !id.equals(leader)).findFirst().orElseThrow();
    cluster.kill(dead);
    try {
      assertThat(refusalToTransfer(dead)).contains(dead + " doesn't answer");
      kv.put("k", "after the refusal");
    } finally {
      cluster.restart(dead);
    }
  }

  /**
   * Until it is missed, it is asked, and doesn't take over. That may be clear at once: then the
   * leader steps down, and another may follow it.
   */
  private static String refusalToTransfer(String to) {
    try (KvAdmin admin = KvAdmin.withTimeout(Duration.ofSeconds(10))) {
      long start = System.nanoTime();
      while (Duration.ofNanos(System.nanoTime() - start).compareTo(PATIENCE) < 0) {
        try {
          admin.transferLeadership(endpoint(cluster.leader()), to);
        } catch (RefusedException e) {
          return String.valueOf(e.getMessage());
        } catch (UnavailableException e) {
          // Within the first second.
        }
      }
    }
    throw new AssertionError("it was not refused within " + PATIENCE);
  }

  @Test
  void aServerThatIsCutOffHasNoPart(KvClient kv) {
    kv.put("k", "before");
    String cutOff = cluster.partitionLeader();
    String next = cluster.leader();
    assertThat(next).isNotEqualTo(cutOff);
    kv.put("k", "after");
    assertThat(status(cutOff).term()).isLessThan(status(next).term());
    cluster.heal();
    kv.put("k", "healed");
    assertThat(kv.get("k").valueAsString()).isEqualTo("healed");
    awaitSameTerm(cutOff);
  }

  @Test
  void withoutAMajorityNothingIsWritten() {
    try (KvClient kv = cluster.client().timeout(PATIENCE).build()) {
      kv.put("k", "v");
      cluster.kill("n1");
      cluster.kill("n2");
      assertThatThrownBy(() -> kv.withTimeout(Duration.ofMillis(700)).put("k", "w"))
          .isInstanceOf(KvException.class);
      cluster.restart("n1");
      cluster.restart("n2");
    }
    assertThat(cluster.leader()).isNotEmpty();
  }

  @Test
  void aSnapshotIsOnTheDisksOfAll(KvClient kv) {
    long version = kv.put("k", "v").version();
    // A follower may not have applied it yet; the second time at the latest it has.
    String leader = cluster.leader();
    cluster.snapshotNow();
    assertThat(status(leader).snapshotIndex()).isGreaterThanOrEqualTo(version);
    assertThat(cluster.servers()).allMatch(id -> status(id).snapshotIndex() >= 0);
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> cluster.kill("n4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there is no server n4");
  }

  private static void awaitSameTerm(String id) {
    String leader = cluster.leader();
    long start = System.nanoTime();
    while (status(id).term() != status(leader).term()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE);
      Thread.onSpinWait();
    }
  }

  private static ServerStatus status(String id) {
    try (KvAdmin admin = KvAdmin.withTimeout(PATIENCE)) {
      return admin.status(endpoint(id));
    }
  }

  private static String endpoint(String id) {
    return cluster.endpoints().get(cluster.servers().indexOf(id));
  }
}
