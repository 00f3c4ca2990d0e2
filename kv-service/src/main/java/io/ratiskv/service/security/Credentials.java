package io.ratiskv.service.security;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one side of TLS shows and whom it takes, from files. The managers stay the same when the
 * files change, and use the new ones from the next handshake on; a connection that is there stays
 * as it is.
 */
public final class Credentials {
  /**
   * Of a session that could be taken up again without a look at the certificate: none to speak of.
   */
  public static final int SESSION_SECONDS = 1;

  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);

  static {
    // A ticket would let its holder in for days, whatever has become of his authority. gRPC's Netty
    // gives them out with TLS 1.3 by default, and has no other setting
    // (ReferenceCountedOpenSslContext); it reads this when its class is initialized.
    System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
  }

  private final TlsFiles files;
  private final List<Path> authorities;
  private final FileWatch watch;
  private final SwappableKeys keys;
  private final @Nullable SwappableTrust trust;
  private boolean pending;

  private Credentials(
      TlsFiles files,
      List<Path> authorities,
      FileWatch watch,
      SwappableKeys keys,
      @Nullable SwappableTrust trust) {
    this.files = files;
    this.authorities = authorities;
    this.watch = watch;
    this.keys = keys;
    this.trust = trust;
  }

  /**
   * Reads the files.
   *
   * @param alsoTrusted further files of authorities; where there is none at all, the other side
   *     needs no certificate
   * @param peersAlone whether only certificates with the role {@link Role#PEER} are taken
   * @throws IOException naming the file that is wrong
   */
  static Credentials open(TlsFiles files, Collection<Path> alsoTrusted, boolean peersAlone)
      throws IOException {
    List<Path> authorities = new ArrayList<>(alsoTrusted);
    if (files.trusted() != null) {
      authorities.add(0, files.trusted());
    }
    List<Path> watched = new ArrayList<>(authorities);
    watched.add(files.certificate());
    watched.add(files.key());
    // First: what changes while it is read counts as changed.
    FileWatch watch = new FileWatch(watched);
    PrivateKey key = Pem.key(files.key());
    List<X509Certificate> chain = Pem.certificates(files.certificate());
    checkPair(files, key, chain.get(0));
    SwappableTrust trust =
        authorities.isEmpty() ? null : new SwappableTrust(read(authorities), peersAlone);
    Credentials credentials =
        new Credentials(files, authorities, watch, new SwappableKeys(key, chain), trust);
    credentials.tell(chain.get(0));
    return credentials;
  }

  private static List<X509Certificate> read(List<Path> authorities) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Path file : authorities) {
      certificates.addAll(Pem.certificates(file));
    }
    return certificates;
  }

  private static void checkPair(TlsFiles files, PrivateKey key, X509Certificate certificate)
      throws IOException {
    byte[] challenge = new byte[32];
    new SecureRandom().nextBytes(challenge);
    try {
      String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(challenge);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(challenge);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // Of two kinds.
    }
    throw new IOException(
        files.key() + " is not the key of the certificate in " + files.certificate());
  }

  private void tell(X509Certificate certificate) {
    LOG.info(
        "certificate {} of {}, valid until {}",
        files.certificate(),
        Principal.of(certificate).map(Principal::toString).orElse("nobody with a role"),
        certificate.getNotAfter().toInstant());
  }

  /**
   * Takes up what has changed. Files that don't fit, perhaps since only one of them has been
   * replaced yet, are tried again at the next call; the old ones count until then.
   */
  synchronized void reload() {
    boolean changed = watch.changed();
    if (!changed && !pending) {
      return;
    }
    try {
      PrivateKey key = Pem.key(files.key());
      List<X509Certificate> chain = Pem.certificates(files.certificate());
      checkPair(files, key, chain.get(0));
      if (trust != null) {
        trust.swap(read(authorities));
      }
      keys.swap(key, chain);
      pending = false;
      tell(chain.get(0));
    } catch (IOException e) {
      pending = true;
      if (changed) {
        LOG.warn("the changed certificates are not used: {}; the former ones stay", e.getMessage());
      }
    }
  }

  /** When the certificate ends that this side shows now. */
  public Instant validUntil() {
    return keys.certificate().getNotAfter().toInstant();
  }

  public X509ExtendedKeyManager keys() {
    return keys;
  }

  /** Null: the other side needs no certificate. */
  public @Nullable X509ExtendedTrustManager trust() {
    return trust;
  }

  /**
   * For what listens with Java's own TLS. Whether the other side must show a certificate: it says.
   */
  public SSLContext javaContext() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {keys},
          trust == null ? new TrustManager[0] : new TrustManager[] {trust},
          null);
      context.getServerSessionContext().setSessionTimeout(SESSION_SECONDS);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }
}
