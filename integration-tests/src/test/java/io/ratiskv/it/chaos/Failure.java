package io.ratiskv.it.chaos;

import io.ratiskv.it.check.History;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that one needs to look into a run that failed, and to make it again. */
final class Failure {
  private static final int MOST = 20;

  private final ChaosTarget target;
  private final long seed;
  private final Schedule schedule;
  private final History history;
  private final ChaosCluster cluster;

  Failure(ChaosTarget target, long seed, Schedule schedule, History history, ChaosCluster cluster) {
    this.target = target;
    this.seed = seed;
    this.schedule = schedule;
    this.history = history;
    this.cluster = cluster;
  }

  /** Where something of a run is kept. */
  static Path file(ChaosTarget target, long seed, String kind) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "chaos"));
    return folder.resolve(target.name() + "-" + seed + "." + kind).toAbsolutePath();
  }

  AssertionError because(List<String> problems, @Nullable Throwable cause) throws IOException {
    Path file = file(target, seed, "jsonl");
    history.writeTo(file);
    return new AssertionError(
        String.join(
            "\n",
            target.name() + " failed; to run its schedule again: -Dseed=" + seed,
            String.join("\n", problems.subList(0, Math.min(MOST, problems.size()))),
            problems.size() + " problems",
            "commit " + commit(),
            "history in " + file + ", log in " + file(target, seed, "log"),
            "schedule:",
            String.join("\n", schedule.lines()),
            describe()),
        cause);
  }

  private String describe() {
    try {
      return cluster.describe();
    } catch (RuntimeException e) {
      return "the cluster can't be described: " + e;
    }
  }

  private static String commit() {
    try {
      Process git = new ProcessBuilder("git", "rev-parse", "HEAD").start();
      String id = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return git.waitFor(5, TimeUnit.SECONDS) && !id.isEmpty() ? id : "unknown";
    } catch (IOException e) {
      return "unknown: " + e.getMessage();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
