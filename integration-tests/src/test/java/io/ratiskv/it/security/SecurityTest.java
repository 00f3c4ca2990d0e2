package io.ratiskv.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ratiskv.cli.x509.Certified;
import io.ratiskv.it.Eventually;
import io.ratiskv.service.security.Action;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Role;
import io.ratiskv.service.security.Security;
import io.ratiskv.service.security.SecurityConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a server's protection, read at the start and again when they change. */
class SecurityTest {
  private static final Principal BILLING = new Principal(Role.CLIENT, "billing");

  @TempDir Path folder;

  private TlsFolder files;
  private SecurityConfig config;

  @BeforeEach
  void make() throws IOException {
    files = new TlsFolder(folder);
    config = files.server("n1", Files.writeString(files.path("rules"), "client/* read *\n"));
  }

  private static X509Certificate shown(Security security) {
    X509ExtendedKeyManager keys = Objects.requireNonNull(security.clients()).keys();
    return keys.getCertificateChain(keys.chooseEngineServerAlias("EC", null, null))[0];
  }

  private static Instant validUntil(Security security) {
    return Objects.requireNonNull(security.clients()).validUntil();
  }

  private void replace(String file, Path by) throws IOException {
    Files.move(by, files.path(file), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void halfOfAnExchangeIsNotUsed() throws IOException {
    Certified next =
        files.peers.certify("n1", "ratiskv://peer/n1", List.of("localhost"), Duration.ofHours(1));
    next.write(files.path("next.crt"), files.path("next.key"));
    try (Security security = Security.open(config)) {
      X509Certificate first = shown(security);
      replace("n1.crt", files.path("next.crt"));
      // The rules are read after the certificates.
      Files.writeString(files.path("rules"), "client/* read,write *\n");
      Eventually.until(
          "the rules are read again", () -> security.rules().allowsAny(BILLING, Action.WRITE));
      assertThat(shown(security)).isEqualTo(first);
      assertThat(validUntil(security)).isEqualTo(first.getNotAfter().toInstant());
      replace("n1.key", files.path("next.key"));
      Eventually.until("both are", () -> shown(security).equals(next.certificate()));
      assertThat(validUntil(security)).isEqualTo(next.certificate().getNotAfter().toInstant());
    }
  }

  @Test
  void rulesThatCannotBeReadLeaveTheFormer() throws IOException {
    try (Security security = Security.open(config)) {
      Files.writeString(files.path("rules"), "client/* everything *\n");
      Certified next =
          files.peers.certify("n1", "ratiskv://peer/n1", List.of("localhost"), Duration.ofHours(1));
      next.write(files.path("n1.crt"), files.path("n1.key"));
      Eventually.until("a look at the files", () -> shown(security).equals(next.certificate()));
      assertThat(security.rules().allowsAny(BILLING, Action.READ)).isTrue();
      Files.writeString(files.path("rules"), "read-only/* read *\n");
      Eventually.until(
          "the rules are in order", () -> !security.rules().allowsAny(BILLING, Action.READ));
    }
  }

  @Test
  void whatIsWrongAtTheStartIsNamed() throws IOException {
    files.certify(files.peers, "peer", "n2");
    replace("n1.key", files.path("n2.key"));
    assertThatThrownBy(() -> Security.open(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("n1.key is not the key of the certificate in")
        .hasMessageContaining("n1.crt");

    Files.setPosixFilePermissions(
        files.path("n1.key"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Security.open(config)).hasMessageContaining("chmod 600");

    Files.delete(files.path("n1.key"));
    assertThatThrownBy(() -> Security.open(config)).hasMessageContaining("there is no file");

    String secret = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
    Files.writeString(files.path("n1.key"), secret);
    Files.setPosixFilePermissions(
        files.path("n1.key"), PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> Security.open(config))
        .hasMessageContaining("n1.key holds no private key")
        .hasMessageNotContaining("c2VjcmV0");
  }
}
