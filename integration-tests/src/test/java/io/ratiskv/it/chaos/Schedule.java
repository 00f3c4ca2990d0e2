package io.ratiskv.it.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults in an order that chance shuffles, each of them once before any comes again; and what came
 * of each. For one thread.
 */
final class Schedule {
  private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);
  private static final int MIN_HOLD_MILLIS = 200;
  private static final int MAX_HOLD_MILLIS = 2200;
  private static final int MIN_CALM_MILLIS = 100;
  private static final int MAX_CALM_MILLIS = 600;

  private final List<Fault> faults;
  private final Random random;
  private final Deque<Fault> deck = new ArrayDeque<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Struck> struck = new TreeMap<>();
  private final long beginNanos = System.nanoTime();

  /**
   * What a fault did in one run or several.
   *
   * @param times how often it struck
   * @param effective how often that was seen to have had an effect
   */
  record Struck(int times, int effective) {
    Struck plus(Struck other) {
      return new Struck(times + other.times, effective + other.effective);
    }

    @Override
    public String toString() {
      return effective + " of " + times;
    }
  }

  Schedule(List<Fault> faults, long seed) {
    this.faults = faults;
    this.random = new Random(seed);
  }

  /** Strikes with the next fault, holds it for a while, heals it, and leaves some calm. */
  void step() throws Exception {
    if (deck.isEmpty()) {
      List<Fault> shuffled = new ArrayList<>(faults);
      Collections.shuffle(shuffled, random);
      deck.addAll(shuffled);
    }
    Fault fault = deck.remove();
    Random choices = new Random(random.nextLong());
    int hold = MIN_HOLD_MILLIS + random.nextInt(MAX_HOLD_MILLIS - MIN_HOLD_MILLIS);
    int calm = MIN_CALM_MILLIS + random.nextInt(MAX_CALM_MILLIS - MIN_CALM_MILLIS);
    note(fault, "strikes", "");
    boolean effective;
    try {
      note(fault, "has struck", fault.strike(choices));
      Pause.millis(hold);
    } finally {
      effective = fault.heal();
    }
    note(fault, "healed", effective ? "with effect" : "no effect seen");
    struck.merge(fault.name(), new Struck(1, effective ? 1 : 0), Struck::plus);
    Pause.millis(calm);
  }

  private void note(Fault fault, String what, String detail) {
    long millis = (System.nanoTime() - beginNanos) / 1_000_000;
    String line = millis + " ms: " + fault.name() + " " + what + " " + detail;
    LOG.warn(line);
    lines.add(line);
  }

  /** Whether each fault has struck once at least. */
  boolean isDealt() {
    return struck.size() == faults.size();
  }

  /** What was done when, for a person. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  Map<String, Struck> struck() {
    return new TreeMap<>(struck);
  }
}
