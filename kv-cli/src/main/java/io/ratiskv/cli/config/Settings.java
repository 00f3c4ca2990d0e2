package io.ratiskv.cli.config;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What the environment and the file say of the {@link Setting}s. An empty variable counts as one
 * that isn't set.
 */
public final class Settings implements IDefaultValueProvider {
  /** The option that names the file. */
  public static final String FILE_OPTION = "--config";

  private static final String PREFIX = "KV_";

  /** Variables that are no settings: read by the launcher, or before there are any. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of("KV_CONFIG", "KV_DEBUG", "KV_JAVA_OPTS");

  /** What Kubernetes tells each process of a service that is called kv. */
  private static final Pattern OF_KUBERNETES =
      Pattern.compile("KV_SERVICE_(HOST|PORT.*)|KV_PORT(_.*)?");

  private final Map<String, String> environment;
  private final @Nullable String file;
  private final Set<String> names = new LinkedHashSet<>();
  private Supplier<Set<String>> rest = Set::of;
  private Map<String, String> fileValues = Map.of();
  private @Nullable ConfigException problem;

  /** A value and where it comes from. */
  public record Found(String value, String origin) {}

  /**
   * Reads the file, if the arguments or the environment name one. What is wrong with it is said by
   * {@link #check}.
   *
   * @param arguments of the command line; they are parsed after this, since it gives defaults
   */
  public Settings(Map<String, String> environment, String... arguments) {
    this.environment = new TreeMap<>(environment);
    String named = fileOf(arguments);
    file = named != null ? named : variable("KV_CONFIG");
    if (file != null) {
      try {
        fileValues = ConfigFile.read(file);
      } catch (ConfigException e) {
        problem = e;
      }
    }
  }

  private static @Nullable String fileOf(String... arguments) {
    for (int i = 0; i < arguments.length && !arguments[i].equals("--"); i++) {
      if (arguments[i].startsWith(FILE_OPTION + "=")) {
        return arguments[i].substring(FILE_OPTION.length() + 1);
      }
      if (arguments[i].equals(FILE_OPTION) && i + 1 < arguments.length) {
        return arguments[i + 1];
      }
    }
    return null;
  }

  /** Learns the settings of the command and all below it, and gives it the option for the file. */
  public void serve(CommandLine command) {
    for (CommandLine sub : command.getSubcommands().values()) {
      serve(sub);
    }
    CommandSpec spec = command.getCommandSpec();
    spec.options().stream().filter(Settings::isSetting).map(Settings::name).forEach(names::add);
    if (spec.options().stream().anyMatch(Settings::isSetting)) {
      spec.addOption(fileOption());
    }
    command.setDefaultValueProvider(this);
  }

  private static OptionSpec fileOption() {
    return OptionSpec.builder(FILE_OPTION)
        .paramLabel("FILE")
        .type(String.class)
        .description(
            "Take options that aren't given from there, 'name = value' each, without the hyphens."
                + " Default: $KV_CONFIG. See 'kv help config'.")
        .build();
  }

  /** Whether the option is one. */
  public static boolean isSetting(ArgSpec option) {
    return option.userObject() instanceof Field field && field.isAnnotationPresent(Setting.class);
  }

  /** As it stands in the file. */
  public static String name(OptionSpec option) {
    return option.longestName().substring(2);
  }

  private static String variableOf(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private @Nullable String variable(String name) {
    String value = environment.getOrDefault(name, "");
    return value.isBlank() ? null : value.strip();
  }

  /** What the variable says, else what the file says. */
  public Optional<Found> find(String name) {
    String variable = variableOf(name);
    String value = variable(variable);
    if (value != null) {
      return Optional.of(new Found(value, variable));
    }
    return Optional.ofNullable(fileValues.get(name))
        .map(text -> new Found(text, name + " in " + file));
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    return isSetting(argument) && argument instanceof OptionSpec option
        ? find(name(option)).map(Found::value).orElse(null)
        : null;
  }

  /**
   * Where to ask for the names of all settings, if there is one that was not learnt by {@link
   * #serve}.
   */
  public void learnLater(Supplier<Set<String>> all) {
    rest = all;
  }

  /**
   * Refuses what nobody would look at.
   *
   * @throws ConfigException naming the file or the variable, and what may have been meant
   */
  public void check() {
    if (problem != null) {
      throw problem;
    }
    if (complaint() != null) {
      names.addAll(rest.get());
    }
    String complaint = complaint();
    if (complaint != null) {
      throw new ConfigException(complaint);
    }
  }

  private @Nullable String complaint() {
    for (String key : fileValues.keySet()) {
      if (!names.contains(key)) {
        return file + ": there is no setting '" + key + "'" + meant(key, names);
      }
    }
    Set<String> variables = new LinkedHashSet<>(OTHER_VARIABLES);
    names.forEach(name -> variables.add(variableOf(name)));
    for (String variable : environment.keySet()) {
      if (variable.startsWith(PREFIX)
          && !variables.contains(variable)
          && !OF_KUBERNETES.matcher(variable).matches()) {
        return "the environment has "
            + variable
            + ", which is no setting of kv"
            + meant(variable, variables);
      }
    }
    return null;
  }

  private static String meant(String word, Collection<String> known) {
    return Nearest.to(word, known).map(near -> ": did you mean '" + near + "'?").orElse("");
  }

  /** The options of all commands that are settings, each name once. */
  public static Map<String, OptionSpec> of(CommandLine command) {
    Map<String, OptionSpec> settings = new LinkedHashMap<>();
    command.getCommandSpec().options().stream()
        .filter(Settings::isSetting)
        .forEach(option -> settings.putIfAbsent(name(option), option));
    command.getSubcommands().values().forEach(sub -> of(sub).forEach(settings::putIfAbsent));
    return settings;
  }

  /** For a process that is to know nothing of these: takes all settings out of its environment. */
  public static void clear(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(
            name ->
                name.startsWith(PREFIX)
                    && (name.equals("KV_CONFIG") || !OTHER_VARIABLES.contains(name)));
  }
}
