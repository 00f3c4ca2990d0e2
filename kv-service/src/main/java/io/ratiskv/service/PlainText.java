package io.ratiskv.service;

import io.ratiskv.service.security.SecurityConfig;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ports that take anybody, in plain text or since they ask for no certificate, stay on this
 * machine, unless somebody has said that they may leave it.
 */
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
    List<Member.Endpoint> clients = new ArrayList<>(List.of(config.self().client()));
    if (config.http() != null) {
      clients.add(config.http());
    }
    List<Member.Endpoint> open = new ArrayList<>();
    if (security.clients() == null) {
      open.addAll(clients);
    }
    if (security.peers() == null) {
      open.add(config.self().raft());
    }
    open.removeIf(PlainText::isOfThisMachine);
    clients.removeIf(PlainText::isOfThisMachine);
    if (!open.isEmpty()) {
      meet(open, security);
    } else if (!clients.isEmpty() && !security.knowsClients()) {
      meetUnknownClients(clients, security);
    }
  }

  private static boolean isOfThisMachine(Member.Endpoint endpoint) {
    return endpoint.address().getAddress().isLoopbackAddress();
  }

  /** TLS alone hides what is said; it doesn't tell who says it, and nobody is everybody. */
  private static void meetUnknownClients(List<Member.Endpoint> ports, SecurityConfig security) {
    if (!security.plainTextAllowed()) {
      throw new IllegalArgumentException(
          "without --tls-ca nobody has to say who he is at "
              + ports
              + ": whoever reaches it reads and changes everything, the members of the cluster too."
              + " Give it the authorities of the clients' certificates, or say"
              + " --insecure-plain-text");
    }
    LOG.warn(
        "INSECURE: no certificates are asked for on {}: whoever reaches it reads and changes"
            + " everything, the members of the cluster too",
        ports);
  }

  private static void meet(List<Member.Endpoint> open, SecurityConfig security) {
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
