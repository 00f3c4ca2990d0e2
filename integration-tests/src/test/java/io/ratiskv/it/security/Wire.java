package io.ratiskv.it.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Connections by hand, of somebody who takes any server for good. */
final class Wire {
  private static final int SILENCE_MILLIS = 10_000;

  private final SSLContext context;
  private final String protocol;

  /** Somebody with a certificate who takes up sessions again, in that version of TLS. */
  Wire(Path certificate, Path key, String protocol) throws IOException {
    this.context = context(certificate, key);
    this.protocol = protocol;
  }

  @Override
  public String toString() {
    return protocol;
  }

  /** As below, for somebody who may have been there before. */
  boolean letsIn(int port) throws IOException {
    try (SSLSocket socket = open(port, context)) {
      socket.setEnabledProtocols(new String[] {protocol});
      return isAnswered(socket);
    } catch (SSLException | SocketException | SocketTimeoutException e) {
      return false;
    }
  }

  /**
   * Whether a port answers HTTP/2's first words behind TLS to whoever has that certificate: with
   * TLS 1.3 a client learns of its refusal only when it reads.
   */
  static boolean letsIn(int port, Path certificate, Path key) throws IOException {
    try (SSLSocket socket = open(port, certificate, key)) {
      return isAnswered(socket);
    } catch (SSLException | SocketException | SocketTimeoutException e) {
      return false;
    }
  }

  private static boolean isAnswered(SSLSocket socket) throws IOException {
    socket.startHandshake();
    // The preface of HTTP/2, and an empty frame of settings.
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
    socket.getOutputStream().flush();
    return socket.getInputStream().read() >= 0;
  }

  /** What a port shows to somebody with that certificate. */
  static X509Certificate shownTo(int port, Path certificate, Path key) throws IOException {
    try (SSLSocket socket = open(port, certificate, key)) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  /** What an HTTPS port answers to somebody with that certificate, or with none. */
  static String get(int port, String path, @Nullable Path certificate, @Nullable Path key)
      throws IOException {
    try (SSLSocket socket = open(port, certificate, key)) {
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SSLException | SocketException | SocketTimeoutException e) {
      return "";
    }
  }

  /** Begins a handshake, and says no more. */
  static Socket stall(int port) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 0, 1});
    return socket;
  }

  /** Sends bytes, and reads until the other side has had enough or says nothing for a moment. */
  static void send(int port, byte[] bytes) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(200);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // What it answers is of no interest.
      }
    } catch (SocketException | SocketTimeoutException e) {
      // As may be.
    }
  }

  private static SSLSocket open(int port, @Nullable Path certificate, @Nullable Path key)
      throws IOException {
    return open(port, context(certificate, key));
  }

  private static SSLSocket open(int port, SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(SILENCE_MILLIS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static SSLContext context(@Nullable Path certificate, @Nullable Path key)
      throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      if (certificate != null && key != null) {
        put(store, certificate, key);
      }
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new Anybody()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static void put(KeyStore store, Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(certificate)) {
      String pem = Files.readString(key).replaceAll("-----[A-Z ]+-----", "");
      store.setKeyEntry(
          "own",
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem))),
          new char[0],
          new Certificate[] {CertificateFactory.getInstance("X.509").generateCertificate(in)});
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
