package io.ratiskv.it.security;

import io.ratiskv.cli.x509.Authority;
import io.ratiskv.cli.x509.Certified;
import io.ratiskv.client.Tls;
import io.ratiskv.service.security.ClientLimits;
import io.ratiskv.service.security.SecurityConfig;
import io.ratiskv.service.security.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates in files, of two authorities: one for clients, one for servers. */
final class TlsFolder {
  private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");

  private final Path folder;
  final Authority clients = Authority.create("clients");
  final Authority peers = Authority.create("servers");

  TlsFolder(Path folder) throws IOException {
    this.folder = folder;
    trust("clients-ca", clients);
    trust("peers-ca", peers);
  }

  /** Makes or replaces the file with the authorities that are trusted. */
  void trust(String file, Authority... authorities) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Authority authority : authorities) {
      authority.own().write(path("one.crt"), path("one.key"));
      all.append(Files.readString(path("one.crt")));
    }
    Path next = path(file + ".next");
    Files.writeString(next, all);
    Files.move(next, path(file + ".crt"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  /** What a server has. */
  SecurityConfig server(String id, @Nullable Path rules) throws IOException {
    certify(peers, "peer", id);
    return new SecurityConfig(
        new TlsFiles(path(id + ".crt"), path(id + ".key"), path("clients-ca.crt")),
        new TlsFiles(path(id + ".crt"), path(id + ".key"), path("peers-ca.crt")),
        rules,
        false,
        ClientLimits.DEFAULT);
  }

  /** Makes or replaces a certificate. */
  void certify(Authority authority, String role, String name) throws IOException {
    authority
        .certify(name, "ratiskv://" + role + "/" + name, HOSTS, Duration.ofHours(1))
        .write(path(name + ".crt"), path(name + ".key"));
  }

  /** What a client has that trusts the servers. */
  Tls client(Authority authority, String role, String name) throws IOException {
    certify(authority, role, name);
    return tls(name);
  }

  /** What a client has whose certificate was valid yesterday. */
  Tls expired(String role, String name) throws IOException {
    Instant now = Instant.now();
    Certified old =
        clients.certify(
            name,
            "ratiskv://" + role + "/" + name,
            HOSTS,
            now.minus(Duration.ofDays(2)),
            now.minus(Duration.ofDays(1)));
    old.write(path(name + ".crt"), path(name + ".key"));
    return tls(name);
  }

  /** With the files of that name. */
  Tls tls(String name) {
    return Tls.trusting(path("peers-ca.crt")).with(path(name + ".crt"), path(name + ".key"));
  }
}
