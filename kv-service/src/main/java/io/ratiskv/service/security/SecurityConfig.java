package io.ratiskv.service.security;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a server protects itself.
 *
 * @param clients TLS on the port for clients; null: plain text. With authorities, a client must
 *     show a certificate of theirs
 * @param peers TLS between the servers, each of which must show a certificate; null: plain text
 * @param rules the file with the rules of access; null: every client may use all keys
 * @param plainTextAllowed whether plain text may leave this machine
 * @param limits what clients may take
 */
public record SecurityConfig(
    @Nullable TlsFiles clients,
    @Nullable TlsFiles peers,
    @Nullable Path rules,
    boolean plainTextAllowed,
    ClientLimits limits) {
  /** Plain text, on this machine alone. */
  public static final SecurityConfig NONE =
      new SecurityConfig(null, null, null, false, ClientLimits.DEFAULT);

  public SecurityConfig {
    if (peers != null && peers.trusted() == null) {
      throw new IllegalArgumentException(
          "between the servers both sides show a certificate: the authority's file is missing");
    }
    if (rules != null && (clients == null || clients.trusted() == null)) {
      throw new IllegalArgumentException(
          "rules of access need clients that show a certificate: TLS with an authority's file");
    }
  }

  /** Whether clients are known by their certificates. */
  public boolean knowsClients() {
    return clients != null && clients.trusted() != null;
  }
}
