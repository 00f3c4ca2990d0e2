package io.ratiskv.statemachine.core;

import static io.ratiskv.statemachine.core.Entries.append;
import static io.ratiskv.statemachine.core.Entries.batch;
import static io.ratiskv.statemachine.core.Entries.expire;
import static io.ratiskv.statemachine.core.Entries.expired;
import static io.ratiskv.statemachine.core.Entries.open;
import static io.ratiskv.statemachine.core.Entries.opened;
import static io.ratiskv.statemachine.core.Entries.refused;
import static io.ratiskv.statemachine.core.Entries.setSessionTtl;
import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.protocol.Limits;
import io.ratiskv.protocol.v1.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The leader observes, the log decides, the index compares. */
class ExpiryTest {
  private static final String ALICE = "alice";

  private Replica replica = Replica.empty();

  @BeforeEach
  void session() {
    assertThat(replica.applyOne(open(ALICE, "n"))).isEqualTo(opened(1));
  }

  @Test
  void aSessionOfWhichNothingCameSinceEnds() {
    assertThat(replica.applyOne(expire(1, 1))).isEqualTo(expired(1, true));

    assertThat(replica.state().sessions()).isZero();
    assertThat(replica.state().expired()).isEqualTo(1);
    assertThat(replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x"))))
        .isEqualTo(refused(Code.SESSION_EXPIRED, 0, 0));
    assertThat(replica.state().keys()).isZero();
  }

  @Test
  void aWriteThatIsFirstInTheLogKeepsTheSession() {
    replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x")));

    assertThat(replica.applyOne(expire(1, 1))).isEqualTo(expired(1, false));
    assertThat(replica.state().sessions()).isEqualTo(1);
    assertThat(replica.applyOne(expire(1, 2))).isEqualTo(expired(1, true));
  }

  @Test
  void aRepeatedWriteIsAWordOfTheClientToo() {
    replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x")));
    replica.applyOne(batch(ALICE, 1, 1, 1, append("k", "x")));

    assertThat(replica.applyOne(expire(1, 2))).isEqualTo(expired(1, false));
  }

  @Test
  void openingAgainByTheSameNonceIsAWordToo() {
    replica.applyOne(open(ALICE, "n"));

    assertThat(replica.applyOne(expire(1, 1))).isEqualTo(expired(1, false));
  }

  @Test
  void anExpiredSessionIsNotFoundByItsNonce() {
    replica.applyOne(expire(1, 1));

    assertThat(replica.applyOne(open(ALICE, "n"))).isEqualTo(opened(2));
  }

  @Test
  void aSessionThatIsGoneStaysGone() {
    assertThat(replica.applyOne(expire(7, 100))).isEqualTo(expired(7, false));
  }

  @Test
  void theTimeIsReplicatedAndInTheSnapshot() throws Exception {
    assertThat(replica.state().parameters().sessionTtlMillis())
        .isEqualTo(Limits.DEFAULT_SESSION_TTL_MILLIS);

    replica.applyOne(setSessionTtl(5_000));
    replica = Replica.restored(replica.snapshot());

    assertThat(replica.state().parameters()).isEqualTo(new Parameters(5_000));
    assertThat(replica.applyOne(setSessionTtl(0)))
        .as("0 changes nothing")
        .isEqualTo(new Reply.Configured(new Parameters(5_000)));
  }

  @Test
  void aTimeOutOfItsLimitsIsRefused() {
    assertThat(replica.applyOne(setSessionTtl(999))).isEqualTo(refused(Code.MALFORMED, 999, 1_000));
    assertThat(replica.applyOne(setSessionTtl(Limits.MAX_SESSION_TTL_MILLIS + 1)))
        .isEqualTo(
            refused(
                Code.MALFORMED, Limits.MAX_SESSION_TTL_MILLIS + 1, Limits.MAX_SESSION_TTL_MILLIS));
  }
}
