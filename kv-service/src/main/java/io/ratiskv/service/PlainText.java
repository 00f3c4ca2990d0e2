package io.ratiskv.service;

import io.ratiskv.service.security.SecurityConfig;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Plain text stays on this machine, unless somebody has said that it may leave it. */
final class PlainText {
  private static final Logger LOG = LoggerFactory.getLogger(PlainText.class);

  private PlainText() {}

  /**
   * Looks at the ports: HTTP has the TLS of clients.
   *
   * @throws IllegalArgumentException naming the port, and what to do
   */
  static void check(ServerConfig config) {
    SecurityConfig security = config.security();
    List<Member.Endpoint> open = new ArrayList<>();
    if (security.clients() == null) {
      open.add(config.self().client());
      if (config.http() != null) {
        open.add(config.http());
      }
    }
    if (security.peers() == null) {
      open.add(config.self().raft());
    }
    open.removeIf(endpoint -> endpoint.address().getAddress().isLoopbackAddress());
    if (open.isEmpty()) {
      return;
    }
    if (!security.plainTextAllowed()) {
      throw new IllegalArgumentException(
          "without TLS "
              + open
              + " would be open to the network: whoever reaches it reads and changes everything,"
              + " or at the HTTP port sees all that a server tells of itself."
              + " Give it certificates (--tls-cert and --tls-key for clients, --peer-tls-cert,"
              + " --peer-tls-key and --peer-tls-ca for the other servers), or say"
              + " --insecure-plain-text");
    }
    LOG.warn(
        "INSECURE: plain text on {}: whoever reaches it reads and changes everything, the members"
            + " of the cluster too; at the HTTP port he sees all that a server tells of itself",
        open);
  }
}
