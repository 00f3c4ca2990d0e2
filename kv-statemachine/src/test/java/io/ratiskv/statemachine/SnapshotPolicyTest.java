package io.ratiskv.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SnapshotPolicyTest {
  @Test
  void eitherBoundMakesItDue() {
    SnapshotPolicy policy = new SnapshotPolicy(1000, 10);

    assertThat(policy.isDue(999, 9, 0)).isFalse();
    assertThat(policy.isDue(1000, 0, 2000)).isTrue();
    assertThat(policy.isDue(0, 10, 0)).isTrue();
  }

  @Test
  void aLargeStateIsntWrittenForALittleLog() {
    SnapshotPolicy policy = new SnapshotPolicy(1000, 10);

    assertThat(policy.isDue(1499, 0, 3000)).isFalse();
    assertThat(policy.isDue(1500, 0, 3000)).isTrue();
    assertThat(policy.isDue(0, 10, 3000)).isTrue();
  }

  @Test
  void anIdleServerTakesOneForAnEighthOfTheLast() {
    SnapshotPolicy policy = SnapshotPolicy.DEFAULT;

    assertThat(policy.isDueWhenIdle((1 << 20) - 1, 0)).isFalse();
    assertThat(policy.isDueWhenIdle(1 << 20, 8 << 20)).isTrue();
    assertThat(policy.isDueWhenIdle((2 << 20) - 1, 16 << 20)).isFalse();
    assertThat(policy.isDueWhenIdle(2 << 20, 16 << 20)).isTrue();
  }

  @Test
  void minusOneIsNever() {
    SnapshotPolicy policy = new SnapshotPolicy(SnapshotPolicy.NEVER, SnapshotPolicy.NEVER);

    assertThat(policy.isDue(Long.MAX_VALUE, Long.MAX_VALUE, 0)).isFalse();
    assertThat(policy.isDueWhenIdle(Long.MAX_VALUE, 0)).isFalse();
  }

  @Test
  void otherBoundsBelowOneAreRefusedWithTheValue() {
    assertThatThrownBy(() -> new SnapshotPolicy(0, 1))
        .hasMessageContaining("bytes")
        .hasMessageContaining("0");
    assertThatThrownBy(() -> new SnapshotPolicy(1, -2))
        .hasMessageContaining("entries")
        .hasMessageContaining("-2");
  }
}
