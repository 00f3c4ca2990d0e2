package io.ratiskv.service;

import java.util.function.LongConsumer;

/** Proves for reads that nobody but this server has led until after they came. */
interface ReadProver {
  long NOT_PROVEN = -1;

  /**
   * Begins a proof for all reads that came before.
   *
   * @param done told the index up to which the state must be applied for these reads, or {@link
   *     #NOT_PROVEN}; once at most, by any thread, maybe before this returns
   */
  void prove(LongConsumer done);
}
