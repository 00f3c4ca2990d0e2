package io.ratiskv.cli.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Which keys are called for how often. */
public enum Distribution {
  /** Each as often as any other. */
  UNIFORM {
    @Override
    Choice over(int keys) {
      return random -> random.nextInt(keys);
    }
  },

  /**
   * The key of rank r in proportion to r<sup>-0.99</sup>, as in the YCSB benchmark: of 10,000 keys,
   * the first gets every tenth call.
   */
  ZIPFIAN {
    @Override
    Choice over(int keys) {
      double[] upTo = cumulative(keys);
      return random -> rank(upTo, random.nextDouble());
    }
  };

  private static final double EXPONENT = 0.99;

  /** A way to draw numbers of keys, from 0. */
  @FunctionalInterface
  interface Choice {
    int next(SplittableRandom random);
  }

  abstract Choice over(int keys);

  /** For each rank, the share of the calls that it and those before it get. */
  private static double[] cumulative(int keys) {
    double[] upTo = new double[keys];
    double sum = 0;
    for (int i = 0; i < keys; i++) {
      sum += Math.pow(i + 1.0, -EXPONENT);
      upTo[i] = sum;
    }
    for (int i = 0; i < keys; i++) {
      upTo[i] /= sum;
    }
    return upTo;
  }

  private static int rank(double[] upTo, double drawn) {
    int found = Arrays.binarySearch(upTo, drawn);
    return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
  }
}
