package io.ratiskv.service.security;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Takes the certificates of some authorities, which may be exchanged at any time; and of these,
 * where it is told so, the other servers' alone. All else is Java's own: validity, names of hosts.
 */
final class SwappableTrust extends X509ExtendedTrustManager {
  private final boolean peersAlone;
  private volatile X509ExtendedTrustManager current;

  /**
   * Made of the authorities' certificates.
   *
   * @param peersAlone whether only the role {@link Role#PEER} is let in
   */
  SwappableTrust(List<X509Certificate> authorities, boolean peersAlone) throws IOException {
    this.peersAlone = peersAlone;
    this.current = manager(authorities);
  }

  void swap(List<X509Certificate> authorities) throws IOException {
    current = manager(authorities);
  }

  private static X509ExtendedTrustManager manager(List<X509Certificate> authorities)
      throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        store.setCertificateEntry(Integer.toString(i), authorities.get(i));
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("the authorities' certificates can't be used: " + e.getMessage(), e);
    }
    throw new IOException("this Java has no trust manager for certificates");
  }

  private void checkRole(X509Certificate... chain) throws CertificateException {
    if (peersAlone && Principal.of(chain[0]).filter(found -> found.role() == Role.PEER).isEmpty()) {
      throw new CertificateException("not the certificate of a server: it has not the role peer");
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current.checkClientTrusted(chain, authType, engine);
    checkRole(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    current.checkServerTrusted(chain, authType, engine);
    checkRole(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    current.checkClientTrusted(chain, authType, socket);
    checkRole(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    current.checkServerTrusted(chain, authType, socket);
    checkRole(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    current.checkClientTrusted(chain, authType);
    checkRole(chain);
  }

  /** Without an engine nobody would compare the host's name. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException(
        "a server's certificate can't be checked without its connection");
  }

  /**
   * None: a port would name them as they were when it was opened, and a client keep its certificate
   * back that is of a later one.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
