package io.ratiskv.cli.x509;

import static io.ratiskv.cli.x509.Der.bits;
import static io.ratiskv.cli.x509.Der.element;
import static io.ratiskv.cli.x509.Der.integer;
import static io.ratiskv.cli.x509.Der.octets;
import static io.ratiskv.cli.x509.Der.oid;
import static io.ratiskv.cli.x509.Der.sequence;
import static io.ratiskv.cli.x509.Der.set;
import static io.ratiskv.cli.x509.Der.text;
import static io.ratiskv.cli.x509.Der.time;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** Makes certificates (X.509 version 3, RFC 5280) with keys on the curve P-256. */
public final class Authority {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LIFE = Duration.ofDays(3650);
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

  private static final byte[] ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String BASIC_CONSTRAINTS = "2.5.29.19";
  private static final String KEY_USAGE = "2.5.29.15";
  private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
  private static final String ALTERNATIVE_NAMES = "2.5.29.17";
  private static final byte[] SERVER = oid("1.3.6.1.5.5.7.3.1");
  private static final byte[] CLIENT = oid("1.3.6.1.5.5.7.3.2");

  private final Certified own;

  private Authority(Certified own) {
    this.own = own;
  }

  /** A new one. */
  public static Authority create(String name) {
    KeyPair keys = keys();
    List<byte[]> extensions =
        List.of(
            extension(BASIC_CONSTRAINTS, true, sequence(Der.bool(true))),
            // Bits 5 and 6: signs certificates and lists of revoked ones.
            extension(KEY_USAGE, true, bits(1, new byte[] {0x06})));
    Instant now = Instant.now();
    byte[] self = name(name);
    return new Authority(
        new Certified(
            sign(self, self, now, now.plus(LIFE), keys.getPublic(), extensions, keys.getPrivate()),
            keys.getPrivate()));
  }

  /** One that was written. */
  public static Authority read(Path certificate, Path key) throws IOException {
    String pem = Files.readString(key, StandardCharsets.US_ASCII);
    byte[] encoded = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    try (InputStream in = Files.newInputStream(certificate)) {
      return new Authority(
          new Certified(
              (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in),
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded))));
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + " and " + key + " are no authority made by kv", e);
    }
  }

  /** Its own certificate, which others trust. */
  public Certified own() {
    return own;
  }

  /**
   * Makes a certificate that is valid from now on.
   *
   * @param uri that says role and name
   * @param hosts names and addresses; without any it is no server's
   */
  public Certified certify(String name, String uri, List<String> hosts, Duration life) {
    // Clocks differ a little.
    Instant from = Instant.now().minus(Duration.ofMinutes(5));
    return certify(name, uri, hosts, from, Instant.now().plus(life));
  }

  /** As above, for any time. */
  public Certified certify(
      String name, String uri, List<String> hosts, Instant from, Instant until) {
    KeyPair keys = keys();
    List<byte[]> names = new ArrayList<>();
    hosts.forEach(host -> names.add(host(host)));
    names.add(Der.ascii(0x86, uri));
    List<byte[]> extensions =
        List.of(
            extension(BASIC_CONSTRAINTS, true, sequence()),
            // Bit 0: signs.
            extension(KEY_USAGE, true, bits(7, new byte[] {(byte) 0x80})),
            extension(
                EXTENDED_KEY_USAGE,
                false,
                hosts.isEmpty() ? sequence(CLIENT) : sequence(SERVER, CLIENT)),
            extension(ALTERNATIVE_NAMES, false, sequence(names.toArray(byte[][]::new))));
    byte[] issuer = own.certificate().getSubjectX500Principal().getEncoded();
    return new Certified(
        sign(issuer, name(name), from, until, keys.getPublic(), extensions, own.key()),
        keys.getPrivate());
  }

  private static byte[] host(String host) {
    if (!ADDRESS.matcher(host).matches()) {
      return Der.ascii(0x82, host);
    }
    try {
      // An address is only read here: no name is looked up.
      return element(0x87, InetAddress.getByName(host).getAddress());
    } catch (IOException e) {
      throw new IllegalArgumentException("'" + host + "' is no address", e);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no P-256", e);
    }
  }

  private static byte[] name(String commonName) {
    return sequence(set(sequence(oid(COMMON_NAME), text(commonName))));
  }

  private static byte[] extension(String id, boolean critical, byte[] value) {
    return critical
        ? sequence(oid(id), Der.bool(true), octets(value))
        : sequence(oid(id), octets(value));
  }

  private static X509Certificate sign(
      byte[] issuer,
      byte[] subject,
      Instant from,
      Instant until,
      PublicKey key,
      List<byte[]> extensions,
      PrivateKey signer) {
    byte[] toBeSigned =
        sequence(
            // Version 3 is written as 2.
            element(0xa0, integer(BigInteger.TWO)),
            integer(new BigInteger(127, RANDOM).add(BigInteger.ONE)),
            ECDSA_WITH_SHA256,
            issuer,
            sequence(time(from), time(until)),
            subject,
            key.getEncoded(),
            element(0xa3, sequence(extensions.toArray(byte[][]::new))));
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signer, RANDOM);
      signature.update(toBeSigned);
      byte[] encoded = sequence(toBeSigned, ECDSA_WITH_SHA256, bits(0, signature.sign()));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no certificate could be made", e);
    }
  }
}
