package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerJoinTest {
  private static final String ALONE = "n1=h1:7001/h1:7101";

  @Test
  void aServerCanNotJoinItselfAlone(@TempDir Path folder) {
    Run run =
        Run.kv("server", "--join", "--id", "n1", "--servers", ALONE, "--data", folder + "/data");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE.number());
    assertThat(run.err()).contains("--join", "--servers names this server alone");
    assertThat(folder).isEmptyDirectory();
  }
}
