package io.ratiskv.service.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and keys. What is wrong is said with the file's name, never its content. */
final class Pem {
  private static final long MAX_BYTES = 1 << 20;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA");

  private Pem() {}

  /** At least one. */
  static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds something that is no certificate in PEM", e);
    }
    throw new IOException(file + " holds no certificate in PEM");
  }

  /** Of a file that not everybody may read. */
  static PrivateKey key(Path file) throws IOException {
    refuseReadableByAll(file);
    Matcher matcher = KEY.matcher(new String(read(file), US_ASCII));
    if (!matcher.find()) {
      throw new IOException(
          file + " holds no unencrypted private key in PEM (PKCS #8, 'BEGIN PRIVATE KEY')");
    }
    byte[] encoded;
    try {
      encoded = Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " holds no private key: it is no Base64");
    }
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      } catch (InvalidKeySpecException e) {
        // Another algorithm's.
      } catch (GeneralSecurityException e) {
        throw new IOException(algorithm + " is not known to this Java", e);
      }
    }
    throw new IOException(file + " holds no private key of " + ALGORITHMS);
  }

  /** A group may have it: some hosts keep keys for one. */
  private static void refuseReadableByAll(Path file) throws IOException {
    if (Files.isRegularFile(file)
        && file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      throw new IOException(
          "everybody on this machine can read the private key in " + file + ": chmod 600 it");
    }
  }

  private static byte[] read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no file " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }
}
