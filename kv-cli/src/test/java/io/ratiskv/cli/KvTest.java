package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ratiskv.statemachine.Fatal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvTest {
  @Test
  void helpNamesCommandsAndExitCodes() {
    Run run = Run.kv("--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("get ", "put ", "append ", "status ", "snapshot ", "dev ", "server ")
        .contains("Exit codes:", "there is no such key", "Examples:", "KV_ENDPOINTS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "put", "append", "status", "snapshot", "dev", "server"})
  void eachCommandHasHelpWithAnExample(String command) {
    Run run = Run.kv(command, "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("Usage: kv " + command, "Example", "  kv " + command);
    assertThat(Run.kv("help", command).out()).isEqualTo(run.out());
  }

  @Test
  void exitCodesAreDistinctAndDocumented() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::number)).doesNotHaveDuplicates();
    assertThat(ExitCode.descriptions())
        .containsKeys(
            Arrays.stream(Fatal.Reason.values())
                .map(reason -> Integer.toString(reason.exitCode()))
                .toArray(String[]::new));
  }

  @Test
  void withoutACommandShowsTheHelp() {
    Run run = Run.kv();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("Usage: kv", "Commands:");
  }

  @Test
  void saysItsVersion() {
    assertThat(Run.kv("--version").out()).startsWith("kv ");
  }

  @Test
  void suggestsACommand() {
    Run run = Run.kv("apend", "k");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("no command 'apend'")
        .contains("kv append")
        .contains("kv --help");
  }

  @Test
  void suggestsAnOption() {
    Run run = Run.kv("get", "k", "--timeuot", "3s");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--timeuot").contains("--timeout").contains("kv get --help");
  }

  @Test
  void tellsHowToPassWhatBeginsWithAHyphen() {
    Run run = Run.kv("put", "k", "--5");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("goes after --");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ten", "0s", "10"})
  void refusesATimeoutThatIsNone(String timeout) {
    Run run = Run.kv("get", "k", "--timeout", timeout);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--timeout").contains("'" + timeout + "'");
  }

  @Test
  void refusesAKeyThatJavaCouldNotRead() {
    Run run = Run.kv("put", "caf\uFFFD", "x");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("KEY is not UTF-8");
  }

  @Test
  void refusesAValueBesideLines() {
    Run run = Run.kv("append", "k", "v", "--lines");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--lines");
  }

  @Test
  void aServerNeedsItsSettings() {
    Run run = Run.kv("server", "--id", "n1");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--servers", "--data");
  }

  @Test
  void aServerRefusesWrongSettingsBeforeItTouchesAnything(@TempDir Path folder) {
    Path data = folder.resolve("data");
    Run run =
        Run.kv(
            "server",
            "--id",
            "n4",
            "--servers",
            "n1=h:1/h:2,n2=h:3/h:4",
            "--data",
            data.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("error: ").contains("n4");
    assertThat(Files.exists(data)).isFalse();
  }

  @Test
  void aServerRefusesAFolderThatIsNotItsOwn(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("letter.txt"), "dear");
    List<Integer> ports = FreePorts.take(2);
    Run run =
        Run.kv(
            "server",
            "--id",
            "n1",
            "--servers",
            "n1=127.0.0.1:" + ports.get(0) + "/127.0.0.1:" + ports.get(1),
            "--data",
            folder.toString());
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err()).contains("server n1 can't start").contains("letter.txt");
  }

  @Test
  void devRefusesPortsThatThereAreNot() {
    Run run = Run.kv("dev", "--port", "65500");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--port");
  }
}
