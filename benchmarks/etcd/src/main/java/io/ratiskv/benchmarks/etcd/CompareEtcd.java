package io.ratiskv.benchmarks.etcd;

import io.ratiskv.cli.bench.Bench;
import io.ratiskv.cli.bench.Result;
import io.ratiskv.cli.bench.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** See {@code benchmarks/compare-etcd.sh}, which gives the arguments. */
public final class CompareEtcd {
  private static final String OURS = "kv";
  private static final String THEIRS = "etcd";

  private final Path folder;
  private final String kv;
  private final String etcd;
  private final Duration warm;
  private final Duration time;
  private final List<Cell> cells;
  private final Comparison comparison = new Comparison();

  private CompareEtcd(
      Path folder, String kv, String etcd, Duration warm, Duration time, List<Cell> cells) {
    this.folder = folder;
    this.kv = kv;
    this.etcd = etcd;
    this.warm = warm;
    this.time = time;
    this.cells = cells;
  }

  /**
   * The folder, the launcher, etcd, the rounds, seconds to warm up and to measure, the cells, and a
   * file for the results or nothing.
   */
  public static void main(String[] arguments) throws Exception {
    CompareEtcd compare =
        new CompareEtcd(
            Path.of(arguments[0]),
            arguments[1],
            arguments[2],
            Duration.ofSeconds(Long.parseLong(arguments[4])),
            Duration.ofSeconds(Long.parseLong(arguments[5])),
            Arrays.stream(arguments[6].split(",", -1)).map(Cell::parse).toList());
    int rounds = Integer.parseInt(arguments[3]);
    for (int round = 1; round <= rounds; round++) {
      compare.round(round);
    }
    compare.comparison.lines(compare.cells, OURS, THEIRS).forEach(System.out::println);
    if (!arguments[7].isEmpty()) {
      Files.write(
          Path.of(arguments[7]), compare.comparison.json(compare.cells, List.of(OURS, THEIRS)));
    }
    System.exit(0);
  }

  /** One after the other, since they would share the processors; who begins changes. */
  private void round(int round) throws IOException, InterruptedException {
    List<String> stores = round % 2 == 1 ? List.of(OURS, THEIRS) : List.of(THEIRS, OURS);
    for (String store : stores) {
      Path data = folder.resolve(store + "-" + round);
      try (Cluster cluster =
          store.equals(OURS) ? new KvCluster(data, kv) : new EtcdCluster(data, etcd)) {
        Thread atExit = new Thread(cluster::close);
        Runtime.getRuntime().addShutdownHook(atExit);
        cluster.start();
        for (Cell cell : cells) {
          comparison.add(cell, store, measure(cluster, store + " round " + round, cell));
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
      }
    }
  }

  private Result measure(Cluster cluster, String name, Cell cell) throws InterruptedException {
    List<Target> targets = new ArrayList<>();
    try {
      for (int i = 0; i < cell.connections(); i++) {
        targets.add(cluster.connect());
      }
      Result result =
          new Bench(cell.plan(warm, time), targets, cluster.processes(), line -> {}).run();
      System.err.printf(
          "%s, %s: %.0f a second, failed %d%n", name, cell, result.perSecond(), result.failed());
      return result;
    } finally {
      targets.forEach(Target::close);
    }
  }
}
