package io.ratiskv.cli;

import io.ratiskv.client.KvAdmin;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    header = "Shows how each server sees the cluster.",
    description = {
      "Asks the servers of --endpoints, each for itself; others of the cluster are not asked.",
      "The exit code is 0 if a majority of them answers and agrees on a leader.",
      "",
      "COMMIT, APPLIED and SNAPSHOT are log indices. DUPLICATES counts batches that clients had to "
          + "send again and that did not take effect again. DIGEST is a hash of all that was "
          + "applied: equal on all servers at an equal index."
    },
    footer = {"", "Example:", "  kv status --endpoints kv1:7001,kv2:7001,kv3:7001"})
final class StatusCommand implements Callable<Integer> {
  private final Shell shell;

  @Option(
      names = "--endpoints",
      paramLabel = "HOST:PORT,...",
      description = "The servers to ask. Default: $KV_ENDPOINTS, else those of 'kv dev'.")
  private @Nullable String endpoints;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long a server may take to answer. Default: 5s.")
  private Duration timeout = Duration.ofSeconds(5);

  StatusCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    List<ServerAnswer> answers = ask(Endpoints.of(endpoints, shell));
    StatusTable.lines(answers).forEach(shell.out()::println);
    ClusterView view = ClusterView.of(answers);
    shell.out().println();
    view.lines().forEach(shell.out()::println);
    shell.flush();
    return (view.isHealthy() ? ExitCode.DONE : ExitCode.UNHEALTHY).number();
  }

  /** All at once: one that is cut off must not delay the others. */
  private List<ServerAnswer> ask(List<String> servers) {
    ExecutorService threads = Executors.newFixedThreadPool(servers.size());
    try (KvAdmin admin = KvAdmin.withTimeout(timeout)) {
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
