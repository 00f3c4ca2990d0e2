package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class TallyTest {
  private final Tally tally = new Tally(100, 200);

  @Test
  void whatWasDueInTheMeasuredTimeCountsWheneverItIsAnswered() {
    tally.end(Kind.GET, 99, 150, null);
    tally.end(Kind.GET, 100, 150, null);
    tally.end(Kind.GET, 199, 5000, null);
    tally.end(Kind.GET, 200, 201, null);
    assertThat(tally.latencies().get(Kind.GET).getTotalCount()).isEqualTo(2);
    assertThat(tally.latencies().get(Kind.GET).getMaxValue()).isBetween(4801L, 4803L);
    assertThat(tally.succeeded()).isEqualTo(4);
  }

  /** Else a store that falls behind, and answers at last, would have kept up with any rate. */
  @Test
  void whatIsAnsweredInTheMeasuredTimeIsDoneInItWheneverItWasDue() {
    tally.end(Kind.GET, 50, 99, null);
    tally.end(Kind.GET, 50, 100, null);
    tally.end(Kind.GET, 50, 101, null);
    tally.end(Kind.GET, 150, 199, null);
    tally.end(Kind.GET, 150, 200, null);
    tally.end(Kind.GET, 150, 160, new IllegalArgumentException());
    assertThat(tally.done()).containsEntry(Kind.GET, 3L).containsEntry(Kind.PUT, 0L);
    assertThat(tally.latencies().get(Kind.GET).getTotalCount()).isEqualTo(2);
  }

  @Test
  void latenessIsOfWhatWasDueInTheMeasuredTime() {
    tally.made(99, 5000);
    tally.made(100, 100);
    tally.made(199, 500);
    assertThat(tally.lateness().getTotalCount()).isEqualTo(2);
    assertThat(tally.lateness().getMaxValue()).isEqualTo(301);
  }

  @Test
  void failuresAreUnwrapped() {
    tally.end(Kind.PUT, 150, 160, new CompletionException(new IllegalArgumentException()));
    tally.end(Kind.PUT, 150, 160, new IllegalArgumentException());
    tally.end(Kind.PUT, 99, 160, new IllegalArgumentException());
    assertThat(tally.failures()).containsOnlyKeys("IllegalArgument").containsValue(2L);
    assertThat(tally.failed()).isEqualTo(3);
    assertThat(tally.latencies().get(Kind.PUT).getTotalCount()).isZero();
  }
}
