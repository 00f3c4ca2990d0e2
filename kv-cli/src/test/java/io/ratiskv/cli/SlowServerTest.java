package io.ratiskv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With the processes of Linux. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlowServerTest {
  private static final Path PROCESSES = Path.of("/proc/self/stat");

  @BeforeEach
  void needsProcesses() {
    assumeThat(PROCESSES).exists();
  }

  @Test
  void stopsAndContinuesAProcessUntilItIsClosed() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    try {
      SlowServer slow = SlowServer.slowDown(process.pid());
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isStopped(process));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !isStopped(process));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isStopped(process));
      slow.close();
      assertThat(isStopped(process)).isFalse();
      assertThat(process.isAlive()).isTrue();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whoWantedItAndIsKilledLeavesNothingSlow() throws Exception {
    Process process = new ProcessBuilder("sleep", "60").start();
    Process during = new ProcessBuilder("sleep", "60").start();
    try (SlowServer slow = SlowServer.slowDown(process.pid(), during.pid())) {
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isStopped(process));
      during.destroyForcibly().waitFor();
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !slow.isAtWork());
      assertThat(isStopped(process)).isFalse();
      assertThat(process.isAlive()).isTrue();
    } finally {
      during.destroyForcibly();
      process.destroyForcibly();
    }
  }

  private static boolean isStopped(Process process) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.substring(stat.lastIndexOf(')') + 2).startsWith("T");
  }

  @Test
  void memoryOfThisProcess() {
    OptionalLong one = ResidentMemory.mebibytes(List.of(ProcessHandle.current()));
    assertThat(one.orElseThrow()).isBetween(10L, 1L << 16);
    assertThat(
            ResidentMemory.mebibytes(List.of(ProcessHandle.current(), ProcessHandle.current()))
                .orElseThrow())
        .isGreaterThan(one.getAsLong());
    assertThat(ResidentMemory.mebibytes(List.of())).isEmpty();
  }
}
