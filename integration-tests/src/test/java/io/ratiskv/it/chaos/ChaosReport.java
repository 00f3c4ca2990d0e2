package io.ratiskv.it.chaos;

import java.util.Map;

/**
 * What came of a run that passed.
 *
 * @param operations calls that were answered
 * @param calmRate calls a second that were answered before the first fault
 */
record ChaosReport(
    long operations, long calmRate, Coverage coverage, Map<String, Schedule.Struck> faults) {
  @Override
  public String toString() {
    return String.format(
        "%d operations, %d/s before the faults, %s", operations, calmRate, coverage);
  }
}
