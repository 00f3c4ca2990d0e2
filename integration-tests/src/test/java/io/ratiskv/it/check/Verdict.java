package io.ratiskv.it.check;

import java.util.Objects;

/**
 * What the {@link LinearizabilityChecker} found. Only {@link #LINEARIZABLE} is a pass: a test that
 * knows nothing has proved nothing, and needs fewer operations per key or fewer unknown outcomes.
 *
 * @param explanation why it is not linearizable, or why that is not known; empty otherwise
 */
public record Verdict(Kind kind, String explanation) {

  /** All three of them. */
  public enum Kind {
    LINEARIZABLE,
    NOT_LINEARIZABLE,
    /** The search was given up. */
    UNKNOWN
  }

  /** The one that passes. */
  public static final Verdict LINEARIZABLE = new Verdict(Kind.LINEARIZABLE, "");

  public Verdict {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(explanation, "explanation");
  }

  static Verdict notLinearizable(String explanation) {
    return new Verdict(Kind.NOT_LINEARIZABLE, explanation);
  }

  static Verdict unknown(String reason) {
    return new Verdict(Kind.UNKNOWN, reason);
  }

  @Override
  public String toString() {
    return explanation.isEmpty() ? kind.name() : kind + ": " + explanation;
  }
}
