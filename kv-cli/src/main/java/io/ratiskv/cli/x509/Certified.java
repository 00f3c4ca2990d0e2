package io.ratiskv.cli.x509;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/** A certificate and its key. */
public record Certified(X509Certificate certificate, PrivateKey key) {
  /** Writes both in PEM, each in one step; the key for its owner's eyes alone. */
  public void write(Path certificateFile, Path keyFile) throws IOException {
    try {
      replace(keyFile, pem("PRIVATE KEY", key.getEncoded()), "rw-------");
      replace(certificateFile, pem("CERTIFICATE", certificate.getEncoded()), "rw-r--r--");
    } catch (CertificateEncodingException e) {
      throw new IOException("the certificate can't be encoded", e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
  }

  private static void replace(Path file, String text, String permissions) throws IOException {
    // Its owner's alone, until it has the permissions that it is to have.
    Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), "pem", null);
    Files.write(temporary, text.getBytes(US_ASCII));
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString(permissions));
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
