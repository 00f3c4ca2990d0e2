package io.ratiskv.it.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Wall clocks of server processes, which jump when told so. Time as it passes, the monotonic clock,
 * is left alone. It needs libfaketime.
 */
public final class Clocks {
  private final Map<String, Clock> clocks = new TreeMap<>();

  /** One of them: a file that the library reads each time it is asked. */
  static final class Clock {
    private final Path file;

    Clock(Path file) throws IOException {
      this.file = file;
      turnBy(Duration.ZERO);
    }

    void turnBy(Duration offset) throws IOException {
      Path next = file.resolveSibling(file.getFileName() + ".next");
      long seconds = offset.toSeconds();
      Files.writeString(next, (seconds < 0 ? "" : "+") + seconds + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Map<String, String> environment() {
      return Map.of(
          "LD_PRELOAD",
          library().orElse(Path.of("libfaketimeMT.so.1")).toString(),
          "FAKETIME_TIMESTAMP_FILE",
          file.toString(),
          // Else timed waits of the JVM go wrong.
          "FAKETIME_FORCE_MONOTONIC_FIX",
          "0",
          "FAKETIME_NO_CACHE",
          "1",
          "FAKETIME_DONT_FAKE_MONOTONIC",
          "1");
    }

    private static Optional<Path> library() {
      try (Stream<Path> libraries = Files.find(Path.of("/usr/lib"), 3, (path, a) -> isIt(path))) {
        return libraries.findAny();
      } catch (IOException | UncheckedIOException e) {
        return Optional.empty();
      }
    }

    private static boolean isIt(Path path) {
      return path.endsWith("faketime/libfaketimeMT.so.1");
    }
  }

  /** What the server runs with then. */
  public Placement place(Placement placement, String id, Path folder) throws IOException {
    Clock clock = new Clock(folder.toAbsolutePath().resolve(id + ".clock"));
    clocks.put(id, clock);
    return placement.with(clock.environment());
  }

  /** Sets the clock of a server beside the real time by this much. */
  public void turn(String id, Duration offset) throws IOException {
    clocks.get(id).turnBy(offset);
  }
}
