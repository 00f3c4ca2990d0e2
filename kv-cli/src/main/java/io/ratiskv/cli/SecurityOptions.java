package io.ratiskv.cli;

import io.ratiskv.cli.config.Setting;
import io.ratiskv.client.Tls;
import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.SecurityConfig;
import io.ratiskv.service.security.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a server protects itself. */
final class SecurityOptions {
  @Mixin private TlsOptions clients = new TlsOptions();

  @Setting
  @Option(
      names = "--peer-tls-cert",
      paramLabel = "FILE",
      description = "Between servers: this one's certificate, with the role peer.")
  private @Nullable Path peerCertificate;

  @Setting
  @Option(
      names = "--peer-tls-key",
      paramLabel = "FILE",
      description = "Its private key: PEM, PKCS #8, for this user's eyes alone.")
  private @Nullable Path peerKey;

  @Setting
  @Option(
      names = "--peer-tls-ca",
      paramLabel = "FILE",
      description = "The authorities of the servers' certificates.")
  private @Nullable Path peerAuthorities;

  @Setting
  @Option(
      names = "--access-rules",
      paramLabel = "FILE",
      description = "Who may read and write which keys; without it, clients use all of them.")
  private @Nullable Path rules;

  @Setting
  @Option(
      names = "--insecure-plain-text",
      description =
          "Listen without TLS also where the network reaches. Whoever does then reads and changes"
              + " everything.")
  private boolean plainText;

  @Setting
  @Option(
      names = "--max-connections",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "Most connections of clients. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Setting
  @Option(
      names = "--max-clients-per-principal",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description =
          "Most clients with certificates for one role and name. Default: ${DEFAULT-VALUE}.")
  private int clientsPerPrincipal;

  @Setting
  @Option(
      names = "--max-requests-per-second",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description =
          "Most requests of these in a second; a batch is one. 0: no bound. Default:"
              + " ${DEFAULT-VALUE}.")
  private int requestsPerSecond;

  /** For changing the members, as a server may; null: plain text. */
  @Nullable Tls asking() {
    if (clients.certificate() == null) {
      return null;
    }
    Path authorities = clients.authorities() == null ? peerAuthorities : clients.authorities();
    return peerCertificate == null
        ? new Tls(authorities, clients.certificate(), clients.key())
        : new Tls(authorities, peerCertificate, peerKey);
  }

  SecurityConfig config() {
    TlsFiles ofClients =
        TlsOptions.files("tls", clients.certificate(), clients.key(), clients.authorities());
    TlsFiles ofPeers = TlsOptions.files("peer-tls", peerCertificate, peerKey, peerAuthorities);
    try {
      return new SecurityConfig(
          ofClients,
          ofPeers,
          rules,
          plainText,
          new ClientLimits(connections, clientsPerPrincipal, requestsPerSecond));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /** As they are given on the command line, but for limits. */
  static List<String> words(SecurityConfig security) {
    List<String> words = new ArrayList<>();
    add(words, "--tls", security.clients());
    add(words, "--peer-tls", security.peers());
    add(words, "--access-rules", security.rules());
    if (security.plainTextAllowed()) {
      words.add("--insecure-plain-text");
    }
    return words;
  }

  private static void add(List<String> words, String prefix, @Nullable TlsFiles files) {
    if (files != null) {
      add(words, prefix + "-cert", files.certificate());
      add(words, prefix + "-key", files.key());
      add(words, prefix + "-ca", files.trusted());
    }
  }

  private static void add(List<String> words, String option, @Nullable Path file) {
    if (file != null) {
      words.addAll(List.of(option, file.toString()));
    }
  }
}
