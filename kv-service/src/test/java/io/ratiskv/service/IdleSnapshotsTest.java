package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdleSnapshotsTest {
  private long applied = 7;
  private boolean due = true;
  private int taken;

  private final IdleSnapshots idle = new IdleSnapshots(() -> applied, () -> due, () -> taken++);

  /** As many looks as the server has to be quiet for, and the one that sees where it stands. */
  private void quiet() {
    for (int i = 0; i <= IdleSnapshots.QUIET_LOOKS; i++) {
      idle.look();
    }
  }

  @Test
  void oneIsTakenOnceAServerIsQuietAndNoOtherUntilItHasAppliedMore() {
    quiet();
    assertThat(taken).isEqualTo(1);
    quiet();
    assertThat(taken).isEqualTo(1);
    applied++;
    quiet();
    assertThat(taken).isEqualTo(2);
  }

  @Test
  void noneIsTakenWhileAnythingIsApplied() {
    for (int i = 0; i < 10 * IdleSnapshots.QUIET_LOOKS; i++) {
      applied += i % 2;
      idle.look();
    }
    assertThat(taken).isZero();
  }

  @Test
  void noneIsTakenForLittle() {
    due = false;
    quiet();
    assertThat(taken).isZero();
  }
}
