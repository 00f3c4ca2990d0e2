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
  void minusOneIsNever() {
    SnapshotPolicy policy = new SnapshotPolicy(SnapshotPolicy.NEVER, SnapshotPolicy.NEVER);

    assertThat(policy.isDue(Long.MAX_VALUE, Long.MAX_VALUE, 0)).isFalse();
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
