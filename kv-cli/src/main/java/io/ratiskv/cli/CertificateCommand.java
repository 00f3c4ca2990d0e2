package io.ratiskv.cli;

import io.ratiskv.service.security.Role;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "certificate",
    header = "Makes a certificate for trying TLS out, and an authority if there is none yet.",
    description = {
      "Writes ROLE-NAME.crt and ROLE-NAME.key into the folder, which also holds the authority, "
          + "ca.crt and ca.key. What is there already is replaced, but for the authority.",
      "Who has ca.key can be anybody: keep it off the servers, or use an authority of your own. Its "
          + "certificates need one URI ratiskv://ROLE/NAME among their subject alternative names."
    },
    footer = {
      "",
      "Example:",
      "  kv certificate peer n1 kv1.example.com 10.0.0.1",
      "  kv certificate client billing"
    })
final class CertificateCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      defaultValue = "certificates",
      description = "Where to; made if it isn't there. Default: ${DEFAULT-VALUE}.")
  private Path folder = Path.of("certificates");

  @Option(
      names = "--days",
      paramLabel = "NUMBER",
      defaultValue = "90",
      description = "How long it is valid. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Parameters(
      index = "0",
      paramLabel = "ROLE",
      converter = Roles.class,
      description = "peer (a server), admin, client or read-only.")
  private Role role = Role.CLIENT;

  @Parameters(index = "1", paramLabel = "NAME", description = "Who it is for.")
  private String name = "";

  @Parameters(
      index = "2..*",
      paramLabel = "HOST",
      description = "Names and addresses of a server's host. Default: localhost, 127.0.0.1, ::1.")
  private List<String> hosts = List.of("localhost", "127.0.0.1", "::1");

  CertificateCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    new CertificateRun(shell, folder).make(role, name, hosts, days);
    return ExitCode.DONE.number();
  }

  /** Those that a certificate can name. */
  static final class Roles implements ITypeConverter<Role> {
    @Override
    public Role convert(String text) {
      return Role.parse(text)
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'"
                          + text
                          + "' is not one of "
                          + Arrays.stream(Role.values())
                              .filter(role -> role != Role.ANONYMOUS)
                              .map(Role::toString)
                              .collect(Collectors.joining(", "))));
    }
  }
}
