package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final byte[] NO_INPUT = {};

  @TempDir Path folder;

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("kv.properties"), String.join("\n", lines));
  }

  private static String row(Run run, String setting) {
    assertThat(run.err()).isEmpty();
    return run.out()
        .lines()
        .filter(line -> line.startsWith(setting + " "))
        .findAny()
        .orElseThrow()
        .replaceAll(" +", " ");
  }

  @Test
  void theOptionGoesBeforeTheVariableThatBeforeTheFileThatBeforeTheDefault() throws IOException {
    String file = file("snapshot-entries = 1", "cluster = c").toString();
    Map<String, String> both = Map.of("KV_CONFIG", file, "KV_SNAPSHOT_ENTRIES", "2");
    assertThat(row(Run.kv(both, NO_INPUT, "config", "--snapshot-entries", "3"), "snapshot-entries"))
        .isEqualTo("snapshot-entries --snapshot-entries 3");
    assertThat(row(Run.kv(both, NO_INPUT, "config"), "snapshot-entries"))
        .isEqualTo("snapshot-entries KV_SNAPSHOT_ENTRIES 2");
    assertThat(row(Run.kv("config", "--config", file), "snapshot-entries"))
        .isEqualTo("snapshot-entries snapshot-entries in " + file + " 1");
    assertThat(row(Run.kv("config", "--config=" + file), "cluster"))
        .isEqualTo("cluster cluster in " + file + " c");
    assertThat(row(Run.kv("config"), "snapshot-entries"))
        .isEqualTo("snapshot-entries default 1000000");
    assertThat(row(Run.kv("config"), "snapshot-log-bytes"))
        .isEqualTo("snapshot-log-bytes default 64MiB");
  }

  @Test
  void aCommandTakesWhatTheFileSays() throws IOException {
    String file = file("endpoints = nonsense").toString();
    Run run = Run.kv("get", "k", "--config", file);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: endpoints in " + file + ": ").contains("nonsense");
  }

  @Test
  void theFileAndTheEnvironmentMayHaveSettingsOfOtherCommands() throws IOException {
    String file = file("endpoints = 127.0.0.1:1", "snapshot-log-bytes = 1MiB").toString();
    Map<String, String> both = Map.of("KV_CONFIG", file, "KV_SNAPSHOT_ENTRIES", "2");
    Run run = Run.kv(both, NO_INPUT, "get", "k", "--timeout", "100ms");
    assertThat(run.err()).isNotEmpty().doesNotContain("setting");
    assertThat(run.exitCode()).isNotEqualTo(2);
  }

  @Test
  void anUnknownKeyIsRefusedWithTheNearest() throws IOException {
    String file = file("snapshot-log-byte = 1MiB").toString();
    for (String command : new String[] {"config", "status", "server"}) {
      Run run = Run.kv(command, "--config", file);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .isEqualTo(
              "error: "
                  + file
                  + ": there is no setting 'snapshot-log-byte': did you mean"
                  + " 'snapshot-log-bytes'?\n");
    }
  }

  @Test
  void anUnknownVariableIsRefusedWithTheNearest() {
    Run run = Run.kv(Map.of("KV_ENDPOINT", "a:1", "HOME", "/"), NO_INPUT, "get", "k");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("KV_ENDPOINT, which is no setting")
        .contains("did you mean 'KV_ENDPOINTS'?");
  }

  @Test
  void whatKubernetesTellsOfAServiceCalledKvIsNoSetting() {
    Map<String, String> told =
        Map.of(
            "KV_SERVICE_HOST", "10.0.0.1",
            "KV_SERVICE_PORT_CLIENTS", "7001",
            "KV_PORT", "tcp://10.0.0.1:7001",
            "KV_PORT_7001_TCP_ADDR", "10.0.0.1");
    assertThat(Run.kv(told, NO_INPUT, "config").exitCode()).isZero();
  }

  @Test
  void helpIsShownWhateverTheSettingsAre() {
    Run run =
        Run.kv(Map.of("KV_NONSENSE", "x", "KV_CONFIG", "/nowhere"), NO_INPUT, "get", "--help");
    assertThat(run.exitCode()).isZero();
  }

  @Test
  void aKeyThatStandsThereTwiceIsRefused() throws IOException {
    Run run = Run.kv("config", "--config", file("id = a", "id = b").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("the key 'id' stands there twice");
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    Run run = Run.kv("get", "k", "--config", folder.resolve("none").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: --config: there is no file");
  }

  @Test
  void aFileForTlsThatIsNotThereIsAnErrorAtOnce() {
    Run run = Run.kv("get", "k", "--tls-ca", folder.resolve("none").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("there is no file " + folder.resolve("none"));
  }

  @Test
  void aServerSaysWhatItLacks() {
    Run run = Run.kv("server", "--id", "n1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("missing: --servers, --data;");
  }

  @ParameterizedTest
  @CsvSource({"65536,65536", "64KiB,65536", "256MiB,268435456", "1GiB,1073741824", "-1,-1"})
  void readsSizes(String text, long bytes) {
    assertThat(new SizeConverter().convert(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1MB", "1 MiB", "-1MiB", "-2", "", "MiB", "99999999999GiB"})
  void refusesOtherSizes(String text) {
    Run run = Run.kv("config", "--snapshot-log-bytes", text);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--snapshot-log-bytes", "is not a size like");
  }

  @ParameterizedTest
  @CsvSource({"one,1", "three,3", "five,5"})
  void theReadyFilesAreInOrder(String name, int servers) {
    String file = Path.of("..", "config", name + ".properties").toString();
    String id = servers == 1 ? "id in " + file : "--id";
    Run run =
        servers == 1
            ? Run.kv("config", "--config", file)
            : Run.kv("config", "--config", file, "--id", "n1");
    assertThat(row(run, "id")).isEqualTo("id " + id + " n1");
    String list = row(run, "servers");
    assertThat(Members.parse(list.substring(list.lastIndexOf(' ') + 1))).hasSize(servers);
  }
}
