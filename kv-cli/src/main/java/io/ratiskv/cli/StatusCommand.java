package io.ratiskv.cli;

import io.ratiskv.client.KvAdmin;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    header = "Shows how each server sees the cluster.",
    description = {
      "Asks the servers of --endpoints, each for itself; others of the cluster are not asked.",
      "The exit code is 0 if a majority of them answers and agrees on a leader; with --wait, if all"
          + " do so and none is far behind.",
      "",
      "COMMIT, APPLIED and SNAPSHOT are log indices. DUPLICATES counts batches that clients had to "
          + "send again and that did not take effect again. DIGEST is a hash of all that was "
          + "applied: equal on all servers at an equal index."
    },
    footer = {
      "",
      "Examples:",
      "  kv status --endpoints kv1:7001,kv2:7001,kv3:7001",
      "  kv status --watch                   with writes a second, until Ctrl-C",
      "  kv status --wait 1m                 before the next server is stopped"
    })
final class StatusCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  private final Shell shell;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a server may take to answer. Default: 5s.")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--watch",
      paramLabel = "TIME",
      arity = "0..1",
      fallbackValue = "2s",
      converter = DurationConverter.class,
      description = "Go on, and ask again after so long, until Ctrl-C. Without a TIME: 2s.")
  private @Nullable Duration period;

  @Option(
      names = "--wait",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Ask again, for so long at most, until every one of the servers has one leader and is at"
              + " most "
              + ClusterView.MAX_LAG_ENTRIES
              + " log entries behind it.")
  private @Nullable Duration patience;

  StatusCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<String> servers = connection.endpoints();
    Duration pause = period;
    Duration wait = patience;
    if (pause != null && wait != null) {
      throw new CommandException(ExitCode.USAGE, "--watch and --wait don't go together");
    }
    if (wait != null) {
      return await(servers, wait).number();
    }
    return (pause == null ? show(ask(servers), "") : watch(servers, pause)).number();
  }

  /** Shows what was seen last. */
  private ExitCode await(List<String> servers, Duration wait) {
    long start = System.nanoTime();
    List<ServerAnswer> answers = ask(servers);
    try {
      while (!ClusterView.of(answers).isComplete() && System.nanoTime() - start < wait.toNanos()) {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
        answers = ask(servers);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ExitCode code = show(answers, "");
    return ClusterView.of(answers).isComplete() ? code : ExitCode.UNHEALTHY;
  }

  /** Returns when the thread is interrupted, with what was seen last. */
  private ExitCode watch(List<String> servers, Duration pause) {
    Throughput throughput = new Throughput();
    while (true) {
      List<ServerAnswer> answers = ask(servers);
      String news = throughput.line(answers);
      // To the upper left corner, and nothing below: a line that is written over doesn't flicker.
      shell.out().print(shell.writesToPerson() ? "\u001b[H\u001b[J" : "\n");
      ExitCode code =
          show(answers, LocalTime.now(ZoneId.systemDefault()).format(TIME) + "  " + news);
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        return code;
      }
    }
  }

  private ExitCode show(List<ServerAnswer> answers, String news) {
    StatusTable.lines(answers).forEach(shell.out()::println);
    ClusterView view = ClusterView.of(answers);
    shell.out().println();
    view.lines().forEach(shell.out()::println);
    if (!news.isEmpty()) {
      shell.out().println(news.stripTrailing());
    }
    shell.flush();
    return view.isHealthy() ? ExitCode.DONE : ExitCode.UNHEALTHY;
  }

  /** All at once: one that is cut off must not delay the others. */
  private List<ServerAnswer> ask(List<String> servers) {
    ExecutorService threads = Executors.newFixedThreadPool(servers.size());
    try (KvAdmin admin = connection.admin(timeout)) {
      List<CompletableFuture<ServerAnswer>> answers =
          servers.stream()
              .map(
                  server ->
                      CompletableFuture.supplyAsync(() -> ServerAnswer.ask(admin, server), threads))
              .toList();
      return answers.stream().map(CompletableFuture::join).toList();
    } finally {
      threads.shutdownNow();
    }
  }
}
