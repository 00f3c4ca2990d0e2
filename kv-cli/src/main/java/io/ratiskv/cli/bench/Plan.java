package io.ratiskv.cli.bench;

import java.time.Duration;

/**
 * How a store is loaded.
 *
 * @param workload what is called
 * @param outstanding calls that each connection may have unanswered
 * @param ratePerSecond how many calls are begun in a second, by all connections together; 0: each
 *     answer makes room for the next call
 * @param warm how long this goes on before anything is measured
 * @param time how long it is measured
 */
public record Plan(
    Workload workload, int outstanding, int ratePerSecond, Duration warm, Duration time) {
  /** A closed loop: the slower the store, the fewer calls. */
  boolean isClosed() {
    return ratePerSecond == 0;
  }
}
