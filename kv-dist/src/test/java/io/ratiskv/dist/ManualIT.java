package io.ratiskv.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every command in the manuals does what stands there, with the archive that the build packs. */
class ManualIT {
  private static final Path ARCHIVE =
      Path.of("target", "ratis-kv-" + System.getProperty("kv.version", "") + ".tar.gz");

  /**
   * Pages have the ports 7001 to 7004 for clients, 71.. between servers, and 72.. for browsers;
   * here their last digit is the same, and what is before it begins with this number.
   */
  private static final int FIRST_PORT = 32_000;

  private static final int LAST_PORT = 32_090;
  private static final int SERVERS = 4;

  /** What comes from here on takes minutes: only with {@code -Pmanuals}. */
  private static final String LONG = "\n## Restart and upgrade\n";

  /** One for all pages: the archive of classes that the first makes serves the others. */
  @TempDir static Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"quickstart.md", "client.md", "operations.md"})
  void commandsDoWhatStandsThere(String page) throws Exception {
    assumeThat(Programs.isThere("bash")).as("bash").isTrue();
    String text = Files.readString(Path.of("..", "docs", page));
    int end = Boolean.getBoolean("manuals") ? -1 : text.indexOf(LONG);
    Manual manual = Manual.read(end < 0 ? text : text.substring(0, end));
    assertThat(manual.commands()).hasSizeGreaterThan(3);
    Files.copy(ARCHIVE, folder.resolve(ARCHIVE.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    for (Manual.Program program : manual.programs()) {
      Files.writeString(folder.resolve(program.name()), program.source());
    }

    String failure = run(script(manual));

    for (int i = 0; i < manual.commands().size(); i++) {
      Manual.Command command = manual.commands().get(i);
      assertThat(printed(i)).as(command.line() + failure).exists();
      if (!command.printed().isEmpty()) {
        assertThat(lines(printed(i))).as(command.line() + failure).matches(command.pattern());
      }
    }
    assertThat(failure).isEmpty();
  }

  /** A value that is printed to a file ends as it ends. */
  private static String lines(Path printed) throws IOException {
    String text = Files.readString(printed);
    return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
  }

  private Path printed(int command) {
    return folder.resolve("printed." + command);
  }

  /** All in one shell, which ends at the first command that fails. */
  private String script(Manual manual) throws IOException {
    StringBuilder script = new StringBuilder("set -eu\n");
    // The pages share a folder: the one before has ended its load.
    script.append("rm -f enough\n");
    // A client that writes ends first: else it would wait for servers that are gone.
    script.append("end() { touch enough; [ -z \"${load:-}\" ] || wait $load; ");
    script.append("kill $(jobs -p) 2> /dev/null; wait; }\n");
    script.append("trap 'end || true' EXIT\n");
    int port = freePorts();
    for (int i = 0; i < manual.commands().size(); i++) {
      String line = manual.commands().get(i).line();
      if (line.startsWith("kv dev")) {
        script.append(elsewhere("export KV_ENDPOINTS=${KV_ENDPOINTS:-127.0.0.1:7001}\n", port));
      }
      script.append("{\n").append(elsewhere(line, port)).append("\n} > ").append(printed(i));
      script.append(" 2>&1\n");
      if (line.startsWith("kv dev")) {
        script.append("until kv status > status.txt 2>&1; do kill -0 $!; sleep 0.2; done\n");
      }
    }
    return script.toString();
  }

  /** On other ports than those that everyone has in the manual. */
  private static String elsewhere(String line, int port) {
    return line.replace("kv dev", "kv dev --port " + (port + 1))
        .replace(":700", ":" + port / 10)
        .replace(":710", ":" + (port / 10 + 10))
        .replace(":720", ":" + (port / 10 + 20));
  }

  /** Empty, or what went wrong. */
  private String run(String script) throws IOException, InterruptedException {
    Path log = folder.resolve("script.log");
    Path file = Files.writeString(folder.resolve("script.sh"), script);
    Process process =
        new ProcessBuilder("bash", file.toString())
            .directory(folder.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean ended = process.waitFor(6, TimeUnit.MINUTES);
      String how = ended ? "ended with " + process.exitValue() : "did not end";
      return ended && process.exitValue() == 0
          ? ""
          : "; the script " + how + ": " + Files.readString(log);
    } finally {
      process.destroy();
    }
  }

  private static int freePorts() {
    for (int port = FIRST_PORT; port <= LAST_PORT; port += 10) {
      int first = port + 1;
      if (IntStream.range(first, first + SERVERS)
          .flatMap(each -> IntStream.of(each, each + 100, each + 200))
          .allMatch(ManualIT::isFree)) {
        return port;
      }
    }
    throw new IllegalStateException("no free ports from " + FIRST_PORT + " on");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
