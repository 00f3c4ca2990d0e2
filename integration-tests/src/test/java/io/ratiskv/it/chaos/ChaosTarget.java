package io.ratiskv.it.chaos;

/** Makes clusters of one kind, a new one for each run. */
interface ChaosTarget {
  /** For progress lines, such as {@code in-jvm-5}. */
  String name();

  /** Starts one; it has had a leader when this returns. */
  ChaosCluster start() throws Exception;
}
