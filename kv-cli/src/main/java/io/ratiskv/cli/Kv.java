package io.ratiskv.cli;

import io.ratiskv.cli.config.ConfigException;
import io.ratiskv.cli.config.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The {@code kv} command. */
@Command(
    name = "kv",
    mixinStandardHelpOptions = true,
    versionProvider = Kv.Version.class,
    header = "A replicated key-value store on Apache Ratis.",
    description = "%nStarts servers, and reads and writes their data.%n",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    footer = {
      "",
      "Examples:",
      "  kv dev                              three servers to play with",
      "  kv put greeting hello               in another terminal",
      "  kv get greeting",
      "  kv put --help                       all that a command can do",
      "",
      "Environment:",
      "  KV_CONFIG      a file of settings; see 'kv help config'",
      "  KV_ENDPOINTS   the servers, as any setting has a variable",
      "  KV_DEBUG=1     show stack traces",
      "  KV_JAVA_OPTS   further flags for Java, like -Xmx4g"
    })
public final class Kv implements Callable<Integer> {
  private final Shell shell;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Kv(Shell shell) {
    this.shell = shell;
  }

  /** Runs a command and ends the process. */
  public static void main(String[] arguments) {
    // gRPC logs through it, and tells at every start which kind of sockets it found.
    Logger.getLogger("").setLevel(Level.WARNING);
    System.exit(run(Shell.ofProcess(), arguments));
  }

  /** Runs a command. Those of servers return when the calling thread is interrupted. */
  static int run(Shell shell, String... arguments) {
    return commandLine(shell, new Settings(shell.environment(), arguments)).execute(arguments);
  }

  private static CommandLine commandLine(Shell shell, Settings settings) {
    CommandLine kv = new CommandLine(new Kv(shell));
    kv.getCommandSpec().usageMessage().exitCodeList(ExitCode.descriptions());
    for (Object command :
        new Object[] {
          new GetCommand(shell),
          new PutCommand(shell),
          new AppendCommand(shell),
          new StatusCommand(shell),
          new SnapshotCommand(shell),
          new MemberCommand(shell),
          new BackupCommand(shell),
          new RestoreCommand(shell),
          new LocalCommand(shell),
          new BenchCommand(shell),
          new DevCommand(shell),
          new ServerCommand(shell),
          new ConfigCommand(shell, settings),
          new CertificateCommand(shell),
          new SelfTestCommand(shell),
          new RejoinCommand(shell),
          new HelpCommand()
        }) {
      kv.addSubcommand(new CommandLine(command));
    }
    kv.getSubcommands().values().stream()
        .filter(command -> !(command.getCommand() instanceof HelpCommand))
        .forEach(command -> command.getCommandSpec().addOption(help()));
    ConfigCommand.addOptions(kv.getSubcommands());
    settings.serve(kv);
    ErrorReport errors = new ErrorReport(shell, settings);
    return kv.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExecutionStrategy(parsed -> execute(settings, parsed))
        // A value may begin with an @.
        .setExpandAtFiles(false);
  }

  private static int execute(Settings settings, ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    try {
      settings.check();
    } catch (ConfigException e) {
      // What is thrown as it is goes past the handler.
      throw new CommandLine.ExecutionException(
          parsed.commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this.").build();
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(shell.err());
    return ExitCode.USAGE.number();
  }

  /** What the jar says. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Kv.class.getPackage().getImplementationVersion();
      return new String[] {"kv " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
