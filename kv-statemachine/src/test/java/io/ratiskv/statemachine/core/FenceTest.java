package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.applied;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.duplicate;
import static io.ratiskv.statemachine.core.Entries.fence;
import static io.ratiskv.statemachine.core.Entries.fenced;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.opened;
import static io.ratiskv.statemachine.core.Entries.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fence makes a fact of a batch whose fate isn't known: applied, or never. */
class FenceTest {
  private static final String ALICE = "alice";
  private static final String BOB = "bob";

  private Replica replica = Replica.empty();

  @BeforeEach
  void session() {
    assertThat(replica.applyOne(open(ALICE, "n"))).isEqualTo(opened(1));
  }

  @Test
  void aBatchThatWasFencedNeverTakesEffect() {
    assertThat(replica.applyOne(fence(ALICE, 1, 1))).isEqualTo(fenced(1, 1));

    assertThat(replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x"))))
        .isEqualTo(refused(Code.FENCED, 1, 2));
    assertThat(replica.state().keys()).isZero();
  }

  @Test
  void aFenceAfterTheBatchTellsItsReply() {
    replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x")));

    assertThat(replica.applyOne(fence(ALICE, 1, 1))).isEqualTo(duplicate(1, 1, 2, 1));
  }

  @Test
  void whicheverIsFirstInTheLogWinsWithinAnEntryToo() {
    assertThat(
            replica.apply(
                fence(ALICE, 1, 1),
                batch(ALICE, 1, 1, 1, append("k", "x")),
                batch(ALICE, 1, 2, 1, append("k", "y")),
                fence(ALICE, 1, 2)))
        .containsExactly(
            fenced(1, 1), refused(Code.FENCED, 1, 2), applied(1, 2, 2, 1), duplicate(1, 2, 2, 1));
  }

  @Test
  void aFenceAgainSaysTheSame() {
    replica.applyOne(fence(ALICE, 1, 1));

    assertThat(replica.applyOne(fence(ALICE, 1, 1))).isEqualTo(fenced(1, 1));
    assertThat(replica.applyOne(batch(ALICE, 1, 2, 1, append("k", "y"))))
        .as("the next number goes on")
        .isEqualTo(applied(1, 2, 4, 1));
  }

  @Test
  void aFenceBeyondTheNextNumberConsumesNothing() {
    assertThat(replica.applyOne(fence(ALICE, 1, 2))).isEqualTo(refused(Code.OUT_OF_ORDER, 2, 1));
    assertThat(replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x"))))
        .isEqualTo(applied(1, 1, 3, 1));
  }

  @Test
  void aFenceOfABatchWhoseReplyWasDroppedIsStale() {
    replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x")));
    replica.applyOne(batch(ALICE, 1, 2, 2, append("k", "y")));

    assertThat(replica.applyOne(fence(ALICE, 1, 1))).isEqualTo(refused(Code.STALE, 1, 2));
  }

  @Test
  void aFenceKeepsWithinAWindowOfItsOwn() throws Exception {
    for (int i = 1; i <= Limits.SESSION_FENCE_WINDOW; i++) {
      assertThat(replica.applyOne(fence(ALICE, 1, i))).isEqualTo(fenced(1, i));
    }

    assertThat(replica.applyOne(fence(ALICE, 1, 17)))
        .isEqualTo(refused(Code.WINDOW_EXCEEDED, 17, 16));
    replica = Replica.restored(replica.snapshot());
    assertThat(replica.applyOne(fence(ALICE, 1, 17)))
        .isEqualTo(refused(Code.WINDOW_EXCEEDED, 17, 16));
  }

  @Test
  void aFenceOfAnotherProcessEndsInAFactThoughTheWindowIsFull() {
    for (int i = 1; i <= Limits.SESSION_WINDOW; i++) {
      replica.applyOne(batch(ALICE, 1, i, 1, append("k", "x")));
    }

    // The client had all eight answers, sent eight more batches, which never came, and is gone.
    for (int i = 9; i <= 2 * Limits.SESSION_WINDOW; i++) {
      assertThat(replica.applyOne(fence(ALICE, 1, i))).isEqualTo(fenced(1, i));
    }
    assertThat(replica.applyOne(batch(ALICE, 1, 17, 1, append("k", "y"))))
        .as("a batch has no more room than before")
        .isEqualTo(refused(Code.WINDOW_EXCEEDED, 17, 8));
  }

  @Test
  void aFenceDoesNotTellTheReplyToAnothersBatch() {
    var mine = batch(ALICE, 1, 1, 1, append("k", "mine"));
    var other = batch(ALICE, 1, 1, 1, append("k", "other"));
    replica.applyOne(other);

    assertThat(replica.applyOne(fence(mine))).isEqualTo(refused(Code.SEQUENCE_REUSED, 1, 2));
    assertThat(replica.applyOne(fence(other))).isEqualTo(duplicate(1, 1, 2, 5));
    assertThat(replica.applyOne(fence(ALICE, 1, 1))).isEqualTo(duplicate(1, 1, 2, 5));
  }

  @Test
  void aFenceMakesRoomForItselfAsABatchDoes() {
    for (int i = 1; i <= Limits.SESSION_WINDOW; i++) {
      replica.applyOne(batch(ALICE, 1, i, 1, append("k", "x")));
    }

    // All eight are answered, and the ninth batch never came.
    assertThat(replica.applyOne(fence(ALICE, 1, 9, 9))).isEqualTo(fenced(1, 9));
    assertThat(replica.applyOne(batch(ALICE, 1, 9, 9, append("k", "y"))))
        .isEqualTo(refused(Code.FENCED, 9, 10));
  }

  @Test
  void nobodyFencesAnothersBatches() {
    assertThat(replica.applyOne(fence(BOB, 1, 1))).isEqualTo(refused(Code.DENIED, 0, 0));
    assertThat(replica.applyOne(fence(ALICE, 7, 1))).isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
  }

  @Test
  void aFenceOutlivesASnapshot() throws Exception {
    replica.applyOne(fence(ALICE, 1, 1));

    replica = Replica.restored(replica.snapshot());

    assertThat(replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x"))))
        .isEqualTo(refused(Code.FENCED, 1, 2));
  }
}
