package io.ratiskv.service.security;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a certificate's owner is in the cluster. */
public enum Role {
  /** Another server of the cluster. The only one that Raft's ports let in. */
  PEER,
  /** An operator: may do everything that a client's port offers. */
  ADMIN,
  /** Reads and writes, as far as the rules say. */
  CLIENT,
  /** Reads, as far as the rules say. */
  READ_ONLY,
  /**
   * Whoever comes where nobody has to show a certificate. Stands in none; may do what ADMIN may.
   */
  ANONYMOUS;

  /** As it stands in certificates and rules: {@code read-only}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What {@link #toString} gave; not ANONYMOUS. */
  public static Optional<Role> parse(String text) {
    return Arrays.stream(values())
        .filter(role -> role != ANONYMOUS && role.toString().equals(text))
        .findAny();
  }

  /** Whether it may have all that there is. */
  public boolean isUnlimited() {
    return this == ADMIN || this == ANONYMOUS;
  }
}
