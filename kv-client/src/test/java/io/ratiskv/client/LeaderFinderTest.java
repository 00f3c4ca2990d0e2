package io.ratiskv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaderFinderTest {
  private static final long ELECTION_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Endpoint ONE = new Endpoint("h1", 1);
  private static final Endpoint OTHER = new Endpoint("h2", 2);

  private final LeaderFinder finder = new LeaderFinder(List.of(ONE, OTHER), Tuning.DEFAULT);

  @Test
  void pausesGrowWhileNobodyAnswers() {
    for (int i = 0; i < 20; i++) {
      finder.next();
      finder.failed();
    }
    assertThat(finder.failed()).isGreaterThan(ELECTION_PAUSE);
  }

  @Test
  void pausesStayShortWhileAFollowerAnswersThoughTheOtherServerIsGone() {
    for (int i = 0; i < 20; i++) {
      assertThat(finder.next()).isEqualTo(ONE);
      assertThat(finder.failed()).isLessThanOrEqualTo(ELECTION_PAUSE);
      assertThat(finder.next()).isEqualTo(OTHER);
      finder.reached();
      assertThat(finder.failed()).isLessThanOrEqualTo(ELECTION_PAUSE);
    }
  }

  @Test
  void pausesStayShortWhileAFollowerNamesALeaderThatIsGone() {
    finder.next();
    for (int i = 0; i < 20; i++) {
      finder.reached();
      assertThat(finder.redirected(OTHER)).isLessThanOrEqualTo(ELECTION_PAUSE);
      assertThat(finder.next()).isEqualTo(OTHER);
      assertThat(finder.failed()).isLessThanOrEqualTo(ELECTION_PAUSE);
      finder.next();
    }
  }
}
