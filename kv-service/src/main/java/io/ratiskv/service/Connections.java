package io.ratiskv.service;

import io.grpc.Attributes;
import io.grpc.ServerTransportFilter;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of clients, from the end of their handshakes on. One that is too many is
 * ended at once; its client goes elsewhere, or comes again.
 */
final class Connections extends ServerTransportFilter {
  /** A connection whose handshake isn't finished ends, too, and has never been counted. */
  private static final Attributes.Key<Boolean> COUNTED = Attributes.Key.create("kv-counted");

  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  Connections(int limit) {
    this.limit = limit;
  }

  /** gRPC ends a connection for which this throws. */
  @Override
  public Attributes transportReady(Attributes transport) {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      throw new TooMany("this server has " + limit + " connections, and takes no more");
    }
    return transport.toBuilder().set(COUNTED, true).build();
  }

  /**
   * Takes off what was counted.
   *
   * @param transport null, or without our mark, where the connection never was ready
   */
  @Override
  public void transportTerminated(@Nullable Attributes transport) {
    if (transport != null && transport.get(COUNTED) != null) {
      open.decrementAndGet();
    }
  }

  /** Those that are counted. */
  int count() {
    return open.get();
  }

  /** gRPC logs it; without the frames, lest who knocks fills the log. */
  private static final class TooMany extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMany(String message) {
      super(message, null, false, false);
    }
  }
}
