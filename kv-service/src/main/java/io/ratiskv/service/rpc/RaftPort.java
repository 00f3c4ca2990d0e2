package io.ratiskv.service.rpc;

import java.net.InetSocketAddress;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.apache.ratis.conf.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens for the others, and whom it hears.
 *
 * @param address where it listens
 * @param tls for both ends of each connection, each of which shows a certificate; null: plain text
 * @param hears asked with another server's id for each of its requests, and before each answer to
 *     it, by any thread; where it says no, the connection ends
 */
public record RaftPort(
    InetSocketAddress address, @Nullable SSLContext tls, Predicate<String> hears) {
  private static final String KEY = RaftPort.class.getName();

  /** What a Ratis server with {@link RaftRpc} has to be built with. */
  public Parameters parameters() {
    Parameters parameters = new Parameters();
    parameters.put(KEY, this, RaftPort.class);
    return parameters;
  }

  static RaftPort of(Parameters parameters) {
    return parameters.getNonNull(KEY, RaftPort.class);
  }
}
