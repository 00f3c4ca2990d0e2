package io.ratiskv.service;

/**
 * The bounds of one server's service. They decide who waits and who is refused, never what a
 * request does.
 *
 * @param pendingRequests most requests of all clients that are taken in and not answered
 * @param pendingBytes most bytes of these
 * @param streamRequests most such requests of one client; beyond that its stream isn't read from
 * @param entriesInFlight most log entries submitted and not applied
 */
public record ServiceLimits(
    int pendingRequests, long pendingBytes, int streamRequests, int entriesInFlight) {
  /**
   * A client has {@link io.ratiskv.protocol.Limits#SESSION_WINDOW} batches in flight and a few
   * reads. Four large entries keep log, network and state machine busy at once; small ones don't
   * get so far, since they are gathered while one is under way.
   */
  public static final ServiceLimits DEFAULT = new ServiceLimits(16_384, 64L << 20, 64, 4);

  public ServiceLimits {
    check("pendingRequests", pendingRequests);
    check("pendingBytes", pendingBytes);
    check("streamRequests", streamRequests);
    check("entriesInFlight", entriesInFlight);
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is " + value + ", it is at least 1");
    }
  }
}
