package io.ratiskv.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final Principal ALICE = new Principal(Role.CLIENT, "alice");
  private static final Principal BOB = new Principal(Role.CLIENT, "bob");

  private long now = Long.MAX_VALUE - 1;

  private Quotas quotas(int streams, int requestsPerSecond) {
    return new Quotas(new ClientLimits(10, streams, requestsPerSecond), () -> now);
  }

  @Test
  void eachPrincipalHasItsStreams() {
    Quotas quotas = quotas(2, 0);
    Quotas.Use first = quotas.begin(ALICE);
    assertThat(first).isNotNull();
    assertThat(quotas.begin(ALICE)).isNotNull();
    assertThat(quotas.begin(ALICE)).isNull();
    assertThat(quotas.begin(BOB)).isNotNull();
    quotas.end(first);
    assertThat(quotas.begin(ALICE)).isNotNull();
  }

  @Test
  void whoIsAnonymousIsNotCounted() {
    Quotas quotas = quotas(1, 1);
    for (int i = 0; i < 5; i++) {
      assertThat(quotas.begin(Principal.NOBODY).takesRequest()).isTrue();
    }
    assertThat(quotas.size()).isZero();
  }

  @Test
  void aSecondsWorthOfRequestsMayComeAtOnceAndThenAsTimePasses() {
    Quotas.Use use = quotas(1, 10).begin(ALICE);
    for (int i = 0; i < 10; i++) {
      assertThat(use.takesRequest()).isTrue();
    }
    assertThat(use.takesRequest()).isFalse();
    now += Duration.ofMillis(99).toNanos();
    assertThat(use.takesRequest()).isFalse();
    now += Duration.ofMillis(1).toNanos();
    assertThat(use.takesRequest()).isTrue();
    assertThat(use.takesRequest()).isFalse();
    now += Duration.ofDays(1).toNanos();
    for (int i = 0; i < 10; i++) {
      assertThat(use.takesRequest()).isTrue();
    }
    assertThat(use.takesRequest()).isFalse();
  }

  @Test
  void whoComesAgainHasNotMore() {
    Quotas quotas = quotas(1, 1);
    Quotas.Use use = quotas.begin(ALICE);
    assertThat(use.takesRequest()).isTrue();
    quotas.end(use);
    assertThat(quotas.begin(ALICE).takesRequest()).isFalse();
  }

  @Test
  void theTableIsBounded() {
    Quotas quotas = quotas(1, 1);
    Quotas.Use kept = quotas.begin(ALICE);
    for (int i = 0; i < 20_000; i++) {
      quotas.end(quotas.begin(new Principal(Role.CLIENT, "c" + i)));
    }
    assertThat(quotas.size()).isEqualTo(10_001);
    assertThat(quotas.begin(ALICE)).isNull();
    quotas.end(kept);
  }
}
