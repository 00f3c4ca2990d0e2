package io.ratiskv.cli;

import io.ratiskv.cli.x509.Authority;
import io.ratiskv.cli.x509.Certified;
import io.ratiskv.service.security.Principal;
import io.ratiskv.service.security.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@code kv certificate} does; apart from it, so that other commands load none of it. */
final class CertificateRun {
  private final Shell shell;
  private final Path folder;

  CertificateRun(Shell shell, Path folder) {
    this.shell = shell;
    this.folder = folder;
  }

  void make(Role role, String name, List<String> hosts, int days) {
    if (!Principal.isName(name)) {
      throw new CommandException(
          ExitCode.USAGE,
          "'" + name + "' is not of letters, digits, dots, hyphens and underscores, 64 at most");
    }
    if (days < 1 || days > 36_500) {
      throw new CommandException(ExitCode.USAGE, "--days is " + days + ", at least 1");
    }
    try {
      Files.createDirectories(folder);
      Path certificate = folder.resolve("ca.crt");
      Path key = folder.resolve("ca.key");
      if (!Files.exists(key)) {
        Authority.create("Ratis KV, for trying out").own().write(certificate, key);
        shell.say(certificate + ": an authority");
      }
      Certified made =
          Authority.read(certificate, key)
              .certify(
                  name,
                  "ratiskv://" + role + "/" + name,
                  role == Role.PEER ? hosts : List.of(),
                  Duration.ofDays(days));
      String file = role + "-" + name;
      made.write(folder.resolve(file + ".crt"), folder.resolve(file + ".key"));
      shell.say(
          folder.resolve(file + ".crt") + ": " + role + "/" + name + " for " + days + " days");
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NOT_APPLIED, "no certificate was made: " + e.getMessage(), e);
    }
  }
}
