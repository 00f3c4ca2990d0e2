package io.ratiskv.statemachine.core;

/**
 * One put or append of a token that nobody else writes, and what its client was told of it.
 *
 * <p>{@code key} tells how it is checked: see {@link SimHistory}.
 */
final class SimWrite {
  /** What the client knows. */
  enum Outcome {
    PENDING,
    /** Took effect: once. */
    ACKED,
    /** Took effect once or never. */
    UNKNOWN,
    /** Never takes effect. */
    NEVER
  }

  final int number;
  final int client;

  /** Of the client's sessions: the how manieth. */
  final int session;

  final boolean append;
  final String key;
  final String token;

  /** How long the value was, at least, when this was first sent: what others had been told. */
  final int floor;

  private Outcome outcome = Outcome.PENDING;
  private long version;
  private int length;

  SimWrite(
      int number, int client, int session, boolean append, String key, String token, int floor) {
    this.number = number;
    this.client = client;
    this.session = session;
    this.append = append;
    this.key = key;
    this.token = token;
    this.floor = floor;
  }

  void acked(long atVersion, int lengthAfter) {
    outcome = Outcome.ACKED;
    version = atVersion;
    length = lengthAfter;
  }

  void settled(Outcome as) {
    outcome = as;
  }

  Outcome outcome() {
    return outcome;
  }

  /** The version that was answered. */
  long version() {
    return version;
  }

  /** The length that was answered. */
  int length() {
    return length;
  }

  @Override
  public String toString() {
    return (append ? "append " : "put ")
        + token.replaceAll("_+", "_")
        + (" to " + key + " by client " + client + ", " + outcome)
        + (outcome == Outcome.ACKED ? " at " + version + " with length " + length : "");
  }
}
