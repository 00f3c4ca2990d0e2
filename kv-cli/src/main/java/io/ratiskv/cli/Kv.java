package io.ratiskv.cli;

import io.ratiskv.cli.config.ConfigException;
import io.ratiskv.cli.config.Settings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
  /** Those that tell of the others. */
  private static final Set<String> NEED_ALL = Set.of("config", "help");

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
    Settings settings = new Settings(shell.environment(), arguments);
    Map<String, Supplier<Object>> all = commands(shell, settings);
    String first = arguments.length == 0 ? "" : arguments[0];
    Supplier<Object> named = NEED_ALL.contains(first) ? null : all.get(first);
    CommandLine kv;
    if (named == null) {
      kv = commandLine(shell, all.values());
      ConfigCommand.addOptions(kv.getSubcommands());
    } else {
      // What picocli needs to look at all of them is more than most commands take.
      kv = commandLine(shell, List.of(named));
      settings.learnLater(() -> Settings.of(commandLine(shell, all.values())).keySet());
    }
    settings.serve(kv);
    return execute(shell, settings, kv, arguments);
  }

  private static Map<String, Supplier<Object>> commands(Shell shell, Settings settings) {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("get", () -> new GetCommand(shell));
    commands.put("put", () -> new PutCommand(shell));
    commands.put("append", () -> new AppendCommand(shell));
    commands.put("status", () -> new StatusCommand(shell));
    commands.put("snapshot", () -> new SnapshotCommand(shell));
    commands.put("member", () -> new MemberCommand(shell));
    commands.put("backup", () -> new BackupCommand(shell));
    commands.put("restore", () -> new RestoreCommand(shell));
    commands.put("local", () -> new LocalCommand(shell));
    commands.put("bench", () -> new BenchCommand(shell));
    commands.put("dev", () -> new DevCommand(shell));
    commands.put("server", () -> new ServerCommand(shell));
    commands.put("config", () -> new ConfigCommand(shell, settings));
    commands.put("certificate", () -> new CertificateCommand(shell));
    commands.put("selftest", () -> new SelfTestCommand(shell));
    commands.put("rejoin", () -> new RejoinCommand(shell));
    commands.put("help", HelpCommand::new);
    return commands;
  }

  private static CommandLine commandLine(Shell shell, Collection<Supplier<Object>> commands) {
    CommandLine kv = new CommandLine(new Kv(shell));
    kv.getCommandSpec().usageMessage().exitCodeList(ExitCode.descriptions());
    for (Supplier<Object> command : commands) {
      CommandLine sub = new CommandLine(command.get());
      if (!(sub.getCommand() instanceof HelpCommand)) {
        sub.getCommandSpec().addOption(help());
      }
      kv.addSubcommand(sub);
    }
    return kv;
  }

  private static int execute(Shell shell, Settings settings, CommandLine kv, String... arguments) {
    ErrorReport errors = new ErrorReport(shell, settings);
    return kv.setOut(new PrintWriter(shell.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(shell.err(), true, StandardCharsets.UTF_8))
        .setExecutionExceptionHandler(errors)
        .setParameterExceptionHandler(errors)
        .setExecutionStrategy(parsed -> execute(settings, parsed))
        // A value may begin with an @.
        .setExpandAtFiles(false)
        .execute(arguments);
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
