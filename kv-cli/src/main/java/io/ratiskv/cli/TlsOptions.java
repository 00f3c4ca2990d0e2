package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import io.ratiskv.service.security.TlsFiles;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The certificates of this side between clients and servers: of a command or of a server. */
final class TlsOptions {
  @Setting
  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "This side's certificate between clients and servers: PEM.")
  private @Nullable Path certificate;

  @Setting
  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key: PEM, PKCS #8, for this user's eyes alone.")
  private @Nullable Path key;

  @Setting
  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      description =
          "The authorities of the other side's certificates. A server that has them lets in only"
              + " who shows such a certificate.")
  private @Nullable Path authorities;

  @Nullable Path certificate() {
    return certificate;
  }

  @Nullable Path key() {
    return key;
  }

  @Nullable Path authorities() {
    return authorities;
  }

  /** Those of a server; null if there are none. */
  static @Nullable TlsFiles files(
      String prefix, @Nullable Path certificate, @Nullable Path key, @Nullable Path authorities) {
    if (certificate == null && key == null && authorities == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new CommandException(
          ExitCode.USAGE,
          "a server needs both --" + prefix + "-cert and --" + prefix + "-key for TLS");
    }
    return new TlsFiles(certificate, key, authorities);
  }
}
