package io.ratiskv.service.rpc;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has what one server sends to be appended taken one after the other, and from its newest
 * connection alone. A leader that heard nothing for a while has made others; what the older ones
 * still hold it has sent again. Taken all at once, as by a server that was stopped and goes on, it
 * was too much for Ratis 3.3.0: its log wrote entries behind later ones, and closed.
 *
 * <p>Any thread may call. Others' appends wait for nobody here.
 */
final class Turns {
  /** Servers that led since this one was started; a bound for who makes names up. */
  private static final int MAX_SERVERS = 1_000;

  private final Map<String, Turn> turns = new ConcurrentHashMap<>();

  /** Of one server. */
  static final class Turn {
    /** Guarded by this. */
    private long newest;

    /**
     * Takes a request.
     *
     * @param connection its number; later ones have higher numbers
     * @throws IOException if something came on a later connection, or from the request
     */
    synchronized void take(long connection, Request request) throws IOException {
      if (connection < newest) {
        throw new IOException("there is a later connection");
      }
      newest = connection;
      request.take();
    }
  }

  /** Takes a request to Ratis. */
  interface Request {
    void take() throws IOException;
  }

  Turn of(String server) throws IOException {
    if (turns.size() >= MAX_SERVERS && !turns.containsKey(server)) {
      throw new IOException("more than " + MAX_SERVERS + " servers have sent entries");
    }
    return turns.computeIfAbsent(server, id -> new Turn());
  }
}
