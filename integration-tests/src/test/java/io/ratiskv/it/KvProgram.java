package io.ratiskv.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * How tests run {@code kv} in a process of its own.
 *
 * <p>They start some hundred servers, so these begin with an archive of their classes, as the
 * launcher's do: half the time to start, and half the processor's.
 */
public final class KvProgram {
  private static final String MAIN = "io.ratiskv.cli.Kv";
  private static final List<String> JVM =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final Path HERE = Path.of("").toAbsolutePath();
  private static final List<String> ARCHIVE = archive();

  private KvProgram() {}

  /** The libraries and modules of this build; what tests add isn't needed. */
  public static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).toAbsolutePath().startsWith(HERE))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The command that runs {@code kv}, to which its arguments are added. */
  public static List<String> command() {
    return command(classPath());
  }

  /** The same from another class path. */
  public static List<String> command(String classPath) {
    List<String> flags = new ArrayList<>(ARCHIVE);
    String logging = System.getProperty("logback.configurationFile");
    if (logging != null) {
      flags.add("-Dlogback.configurationFile=" + logging);
    }
    return command(flags, classPath);
  }

  private static List<String> command(List<String> flags, String classPath) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, MAIN));
    return command;
  }

  /**
   * Made anew for each run of tests. Java archives what is in jars alone, so else there is none.
   */
  private static List<String> archive() {
    boolean jars =
        Arrays.stream(classPath().split(File.pathSeparator, -1))
            .allMatch(entry -> Files.isRegularFile(Path.of(entry)));
    if (!jars) {
      return List.of();
    }
    try {
      Path file =
          Files.createDirectories(Path.of("target")).resolve("kv-classes.jsa").toAbsolutePath();
      Files.deleteIfExists(file);
      List<String> command = command(List.of("-XX:ArchiveClassesAtExit=" + file), classPath());
      command.add("selftest");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.waitFor(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      process.destroyForcibly().waitFor();
      return Files.exists(file)
          ? List.of(
              "-XX:SharedArchiveFile=" + file,
              "-Xshare:auto",
              "-Xlog:cds=off",
              "-Xlog:cds+dynamic=off")
          : List.of();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
