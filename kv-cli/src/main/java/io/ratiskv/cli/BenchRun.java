package io.ratiskv.cli;

import io.ratiskv.cli.bench.Bench;
import io.ratiskv.cli.bench.Plan;
import io.ratiskv.cli.bench.Result;
import io.ratiskv.cli.bench.ResultJson;
import io.ratiskv.cli.bench.ResultTable;
import io.ratiskv.cli.bench.Target;
import io.ratiskv.client.KvClient;
import io.ratiskv.client.KvException;
import io.ratiskv.client.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@code kv bench} does. */
final class BenchRun {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Shell shell;
  private final ClientOptions client;
  private final Plan plan;
  private final int connections;
  private final @Nullable Path json;

  BenchRun(Shell shell, ClientOptions client, Plan plan, int connections, @Nullable Path json) {
    this.shell = shell;
    this.client = client;
    this.plan = plan;
    this.connections = connections;
    this.json = json;
  }

  /**
   * @param start which servers of its own; null: those that run are meant
   */
  ExitCode run(@Nullable BenchStart start) throws InterruptedException {
    if (start == null) {
      return measure(
          () -> client.connect(), client.endpoints(), List.of(), client.connection().tls());
    }
    shell.note("starting " + Count.of(start.servers(), "server"));
    try (BenchServers servers = BenchServers.start(shell, start)) {
      List<String> endpoints = servers.endpoints();
      ExitCode code =
          measure(
              () -> KvClient.builder().endpoints(endpoints).timeout(TIMEOUT).build(),
              endpoints,
              servers.processes(),
              null);
      servers.requireAllRun();
      return code;
    }
  }

  private ExitCode measure(
      Supplier<KvClient> connect,
      List<String> endpoints,
      List<ProcessHandle> processes,
      @Nullable Tls tls)
      throws InterruptedException {
    List<Target> targets = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        targets.add(new KvTarget(connect.get().async()));
      }
      long repeated = Repetitions.count(endpoints, tls);
      Result result = new Bench(plan, targets, processes, shell::note).run();
      String repetitions = Repetitions.between(repeated, Repetitions.count(endpoints, tls));
      report(result, repetitions, endpoints, ResidentMemory.mebibytes(processes));
      return result.all().getTotalCount() > 0 ? ExitCode.DONE : ExitCode.NOT_APPLIED;
    } catch (CompletionException e) {
      if (e.getCause() instanceof KvException failure) {
        throw failure;
      }
      throw e;
    } finally {
      targets.forEach(Target::close);
    }
  }

  private void report(
      Result result, String repetitions, List<String> endpoints, OptionalLong memory) {
    String loop =
        plan.ratePerSecond() == 0
            ? connections + " x " + plan.outstanding() + " outstanding"
            : plan.ratePerSecond() + " a second on " + Count.of(connections, "connection");
    shell.say(plan.workload() + ", " + loop);
    shell.say("");
    ResultTable.lines(result).forEach(shell::say);
    shell.say("repeated batches, answered from the session table: " + repetitions);
    memory.ifPresent(sum -> shell.say("memory of the servers together: " + sum + " MiB"));
    if (json != null) {
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("workload", plan.workload().toString());
      labels.put("load", loop);
      labels.put("endpoints", String.join(",", endpoints));
      labels.put("repeatedBatches", repetitions);
      memory.ifPresent(sum -> labels.put("serverMebibytes", Long.toString(sum)));
      write(json, ResultJson.of(result, labels));
    }
    shell.flush();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text + "\n");
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.NOT_APPLIED, "can't write " + file + ": " + e.getMessage(), e);
    }
  }
}
