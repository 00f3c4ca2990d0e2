package io.ratiskv.it;

import java.util.Random;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a test with the seed of -Dseed or with another one, and names it. */
final class LabSeed {
  private static final Logger LOG = LoggerFactory.getLogger(LabSeed.class);

  /** A test that is given a seed. */
  interface Body {
    void run(long seed) throws Exception;
  }

  private LabSeed() {}

  static void run(String name, Body body) throws Exception {
    long seed = Long.getLong("seed", new Random().nextInt(1_000_000_000));
    LOG.warn("{}: -Dseed={}", name, seed);
    try {
      body.run(seed);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(name + " failed; to see it again: -Dseed=" + seed, e);
    }
  }
}
