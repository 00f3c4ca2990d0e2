package io.ratiskv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private static final int DRAWS = 1_000_000;

  @Test
  void uniformDrawsAllAlike() {
    int[] drawn = draw(Distribution.UNIFORM, 100);
    assertThat(Arrays.stream(drawn).min().orElseThrow()).isGreaterThan(9_000);
    assertThat(Arrays.stream(drawn).max().orElseThrow()).isLessThan(11_000);
  }

  /** By the sum of r^-0.99 for r from 1 to n: 10.2247 for 10,000, and 5.2943 for 100. */
  @Test
  void zipfianHasTheHeadThatItShould() {
    int[] drawn = draw(Distribution.ZIPFIAN, 10_000);
    assertThat(drawn[0] / (double) DRAWS).isCloseTo(share(1, 10_000), within(0.002));
    assertThat(drawn[1] / (double) DRAWS).isCloseTo(share(2, 10_000), within(0.002));
    assertThat(Arrays.stream(drawn, 0, 100).sum() / (double) DRAWS)
        .isCloseTo(0.5179, within(0.005));
  }

  @Test
  void zipfianOfOneKeyDrawsIt() {
    assertThat(draw(Distribution.ZIPFIAN, 1)).containsExactly(DRAWS);
  }

  private static double share(int rank, int keys) {
    double sum = IntStream.rangeClosed(1, keys).mapToDouble(r -> Math.pow(r, -0.99)).sum();
    return Math.pow(rank, -0.99) / sum;
  }

  private static int[] draw(Distribution distribution, int keys) {
    Distribution.Choice choice = distribution.over(keys);
    SplittableRandom random = new SplittableRandom(7);
    int[] drawn = new int[keys];
    for (int i = 0; i < DRAWS; i++) {
      drawn[choice.next(random)]++;
    }
    return drawn;
  }
}
