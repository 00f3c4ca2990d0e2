package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.cli.x509.Authority;
import io.ratiskv.cli.x509.Certified;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Role;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTest {
  @TempDir Path folder;

  private Run make(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "certificate";
    all[1] = "--folder";
    all[2] = folder.resolve("tls").toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return Run.kv(all);
  }

  @Test
  void makesAnAuthorityOnceAndCertificatesOfIt() throws Exception {
    assertThat(make("peer", "n1", "kv1.example.com", "10.0.0.1").exitCode()).isZero();
    Path authority = folder.resolve("tls/ca.crt");
    byte[] before = Files.readAllBytes(authority);
    assertThat(make("client", "billing").out()).contains("client/billing for 90 days");
    assertThat(authority).hasBinaryContent(before);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("tls/client-billing.key"))))
        .isEqualTo("rw-------");
    Authority read = Authority.read(authority, folder.resolve("tls/ca.key"));
    assertThat(Files.readString(folder.resolve("tls/peer-n1.crt"))).startsWith("-----BEGIN CERT");
    assertThat(read.own().certificate().getBasicConstraints()).isNotNegative();
  }

  @Test
  void onlyAServersCertificateIsGoodForAServer() throws Exception {
    make("peer", "n1");
    make("client", "billing");
    String client = "1.3.6.1.5.5.7.3.2";
    assertThat(uses("peer-n1.crt")).containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", client);
    assertThat(uses("client-billing.crt")).containsExactly(client);
  }

  private List<String> uses(String file) throws Exception {
    try (InputStream in = Files.newInputStream(folder.resolve("tls").resolve(file))) {
      return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
          .getExtendedKeyUsage();
    }
  }

  @Test
  void aCertificateSaysWhoItIsOf() throws Exception {
    Authority authority = Authority.create("test");
    Certified made =
        authority.certify(
            "n1", "ratiskv://peer/n1", List.of("localhost", "10.0.0.1", "::1"), Duration.ofDays(1));
    X509Certificate certificate = made.certificate();
    certificate.verify(authority.own().certificate().getPublicKey());
    certificate.checkValidity();
    assertThat(certificate.getBasicConstraints()).isNegative();
    assertThat(
            certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1))))
        .contains("localhost", "10.0.0.1", "0:0:0:0:0:0:0:1");
    assertThat(Principal.of(certificate)).contains(new Principal(Role.PEER, "n1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ratiskv://root/n1",
        "ratiskv://peer/",
        "ratiskv://peer/a/b",
        "ratiskv://anonymous/n1",
        "ratiskv://PEER/n1",
        "ratiskv://peer/n1?x",
        "https://peer/n1"
      })
  void whatNamesNoRoleIsNobody(String uri) {
    Certified made =
        Authority.create("test").certify("n1", uri, List.of("localhost"), Duration.ofDays(1));
    assertThat(Principal.of(made.certificate())).isEmpty();
  }

  @Test
  void refusesOtherRolesAndNames() {
    assertThat(make("root", "x").err()).contains("peer, admin, client, read-only");
    assertThat(make("client", "a/b").exitCode()).isEqualTo(2);
    assertThat(make("client", "x", "--days", "0").exitCode()).isEqualTo(2);
  }
}
