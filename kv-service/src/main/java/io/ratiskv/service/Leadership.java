package io.ratiskv.service;

import io.ratiskv.protocol.v1.Leader;
import org.jspecify.annotations.Nullable;

/** Who leads, as far as this server knows. Any thread may ask. */
interface Leadership {
  boolean isHere();

  /** Null while no leader is known. */
  @Nullable Leader leader();
}
