package io.ratiskv.cli.bench;

import java.time.Duration;

/** Makes calls until it is stopped. */
interface Load extends AutoCloseable {
  void start();

  /**
   * Begins no further calls, and waits for the answers to those it has made.
   *
   * @return calls that were due and were never made
   */
  long stop(Duration limit) throws InterruptedException;

  /** Ends its threads. */
  @Override
  void close();
}
