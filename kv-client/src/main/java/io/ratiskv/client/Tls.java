package io.ratiskv.client;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks TLS. The files, in PEM, are read for each connection: what replaces them
 * counts from the next one on.
 *
 * @param authorities certificates of those whose certificates the servers must have; null: those
 *     that Java trusts
 * @param certificate the client's own certificate, with those between it and its authority's; null:
 *     it has none
 * @param key its private key, PKCS #8, not encrypted; null if there is no certificate
 */
public record Tls(@Nullable Path authorities, @Nullable Path certificate, @Nullable Path key) {
  public Tls {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("a certificate and its key go together");
    }
  }

  /** Servers whose certificates are of these authorities; the client shows none. */
  public static Tls trusting(Path authorities) {
    return new Tls(requireNonNull(authorities, "authorities"), null, null);
  }

  /** The same for a client that shows a certificate. */
  public Tls with(Path ownCertificate, Path ownKey) {
    return new Tls(
        authorities,
        requireNonNull(ownCertificate, "ownCertificate"),
        requireNonNull(ownKey, "ownKey"));
  }
}
