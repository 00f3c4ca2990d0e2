package io.ratiskv.service;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * One server of a cluster.
 *
 * @param id its name in the cluster: letters, digits, dots, hyphens and underscores, 64 at most
 * @param client where clients connect
 * @param raft where the other servers connect
 */
public record Member(String id, Endpoint client, Endpoint raft) {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  public Member {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "the server id '"
              + id
              + "' is not of letters, digits, dots, hyphens and underscores, 64 at most");
    }
  }

  /** A host and a port. */
  public record Endpoint(String host, int port) {
    private static final Pattern HOST = Pattern.compile("[^\\s:/\\[\\]]+|\\[[0-9A-Fa-f:.%]+]");

    public Endpoint {
      if (!HOST.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "'" + host + "' is no host: it is a name, an IPv4 address, or an IPv6 one in brackets");
      }
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "port " + port + " of " + host + " is not in 1 to 65535");
      }
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    public static Endpoint parse(String text) {
      int colon = text.lastIndexOf(':');
      try {
        if (colon > 0) {
          return new Endpoint(
              text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' has no port number after the colon", e);
      }
      throw new IllegalArgumentException("'" + text + "' is not host:port");
    }

    InetSocketAddress address() {
      return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
      return host + ":" + port;
    }
  }
}
