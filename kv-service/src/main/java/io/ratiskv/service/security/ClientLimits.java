package io.ratiskv.service.security;

/**
 * What clients may take of one server.
 *
 * @param connections most connections of all; what is more is told so at its first call
 * @param streams most streams of one principal, of which a client has one; who is anonymous isn't
 *     counted
 * @param requestsPerSecond most requests of one principal in a second; 0: no bound. A batch of
 *     writes is one request, and a read with its keys
 */
public record ClientLimits(int connections, int streams, int requestsPerSecond) {
  /** Far from what a server can do; the rate is for who knows his clients. */
  public static final ClientLimits DEFAULT = new ClientLimits(10_000, 1_000, 0);

  private static final int MOST = 1_000_000;

  public ClientLimits {
    check("connections", connections, 1);
    check("streams of a principal", streams, 1);
    check("requests a second", requestsPerSecond, 0);
  }

  private static void check(String what, int value, int least) {
    if (value < least || value > MOST) {
      throw new IllegalArgumentException(
          "the number of " + what + " is " + value + ", at least " + least + ", at most " + MOST);
    }
  }
}
