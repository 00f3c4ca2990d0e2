package io.ratiskv.it.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What some faults need of the machine. */
public enum Tool {
  /** Small file systems of one's own. */
  TMPFS("to mount a tmpfs (as root)") {
    @Override
    boolean look() throws IOException {
      try (SmallDisks disks = new SmallDisks()) {
        disks.mount("probe", 1);
        return true;
      }
    }
  },
  /** System calls that fail. */
  STRACE("strace, and to trace other processes") {
    @Override
    boolean look() {
      return Shell.succeeds("strace", "-e", "inject=fsync:error=EIO:when=1", "true");
    }
  },
  /** Networks of one's own, and faults in them. */
  NETWORK("ip and nft, and network namespaces (as root)") {
    @Override
    boolean look() throws IOException {
      try (PrivateNetwork network = new PrivateNetwork(List.of("probe"))) {
        network.lose("probe", 1);
        return true;
      }
    }
  },
  /** Clocks that jump. */
  FAKETIME("libfaketime") {
    @Override
    boolean look() throws IOException {
      Path file = Files.createTempFile("faketime", "");
      try {
        Clocks.Clock clock = new Clocks.Clock(file);
        clock.turnBy(Duration.ofDays(3650));
        ProcessBuilder date = new ProcessBuilder("date", "+%s");
        date.environment().putAll(clock.environment());
        Process process = date.start();
        String seconds = new String(process.getInputStream().readAllBytes(), US_ASCII).strip();
        return Long.parseLong(seconds) > System.currentTimeMillis() / 1000 + 1_000_000;
      } catch (NumberFormatException e) {
        return false;
      } finally {
        Files.delete(file);
      }
    }
  };

  private static final Logger LOG = LoggerFactory.getLogger(Tool.class);

  private static final Map<Tool, Boolean> FOUND = new ConcurrentHashMap<>();

  private final String need;

  Tool(String need) {
    this.need = need;
  }

  abstract boolean look() throws IOException;

  /** Whether it is here, and works. Looks only once. */
  public boolean isHere() {
    return FOUND.computeIfAbsent(this, Tool::isFound);
  }

  private static boolean isFound(Tool tool) {
    try {
      return tool.look();
    } catch (IOException e) {
      LOG.warn("{}: {}", tool, e.getMessage());
      return false;
    }
  }

  /** Skips the test that runs, with a notice, where it isn't. */
  public void require() {
    if (!isHere()) {
      String notice = "SKIPPED: this machine lacks " + need;
      LOG.warn(notice);
      Assumptions.abort(notice);
    }
  }

  /** What it is, for a notice. */
  public String need() {
    return need;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
