package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Who waits for whom, and how long. */
class CompanyTest {
  private static final long ENTRY = 1_000_000;

  private final Company company = new Company();
  private final long now = 7;

  @Test
  void whoWasAloneWaitsForNobody() {
    company.answered(1, ENTRY, now);
    company.came();

    assertThat(company.waitNanos(now)).isZero();
  }

  @Test
  void theWaitEndsWhenAsManyHaveComeAsWereAnswered() {
    company.answered(3, ENTRY, now);
    company.came();
    company.came();
    assertThat(company.waitNanos(now)).isPositive();

    company.came();

    assertThat(company.waitNanos(now)).isZero();
  }

  @Test
  void itIsNoLongerThanTheEntryBeforeTook() {
    company.answered(3, ENTRY, now);

    assertThat(company.waitNanos(now)).isEqualTo(ENTRY);
    assertThat(company.waitNanos(now + ENTRY)).isZero();
  }

  @Test
  void afterASlowEntryItIsFiveMilliseconds() {
    company.answered(3, 1_000 * ENTRY, now);

    assertThat(company.waitNanos(now)).isEqualTo(5_000_000);
  }

  @Test
  void whereTheyDoNotComeBackMoreAndMoreEntriesDoNotWait() {
    for (int without : new int[] {0, 1, 2, 4, 8, 16, 32, 64, 64}) {
      assertThat(entriesBeforeOneWaits()).isEqualTo(without);
      company.submitted();
    }
  }

  @Test
  void whoCameBackMakesUpForIt() {
    for (int i = 0; i < 5; i++) {
      entriesBeforeOneWaits();
      company.submitted();
    }
    entriesBeforeOneWaits();
    company.came();
    company.came();
    company.submitted();

    assertThat(entriesBeforeOneWaits()).isZero();
  }

  /** Up to the one that waits, which is not submitted. */
  private int entriesBeforeOneWaits() {
    for (int entries = 0; ; entries++) {
      company.answered(4, ENTRY, now);
      if (company.waitNanos(now) > 0) {
        return entries;
      }
      company.submitted();
    }
  }
}
