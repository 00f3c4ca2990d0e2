package io.ratiskv.it.chaos;

import java.util.Random;

/**
 * One way to hurt a cluster. A run strikes with one at a time: {@link #strike}, then after a while
 * {@link #heal}, on the same thread.
 */
interface Fault {
  /** For the schedule and the table of counters, such as {@code isolate-leader}. */
  String name();

  /**
   * Does it. Chooses by the random numbers it is given alone, as far as the cluster lets it choose.
   *
   * @return what was done to whom, for the schedule; empty if there was nobody to do it to
   */
  String strike(Random random) throws Exception;

  /**
   * Undoes it, and returns once the servers are running and reach each other again, if not
   * necessarily with a leader. Does nothing where it was not struck.
   *
   * @return whether it was seen to have had an effect, such as another leader or a message held
   *     back
   */
  boolean heal() throws Exception;
}
