package io.ratiskv.service.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Counts events. Any thread may; threads that count at once don't wait for each other. */
public final class Counter {
  private final LongAdder value = new LongAdder();

  /** Counts one. */
  public void add() {
    value.increment();
  }

  /** Counts so many. */
  public void add(long events) {
    value.add(events);
  }

  /** How many so far. */
  public long value() {
    return value.sum();
  }
}
