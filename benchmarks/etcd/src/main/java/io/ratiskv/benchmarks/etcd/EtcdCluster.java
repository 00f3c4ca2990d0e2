package io.ratiskv.benchmarks.etcd;

import io.etcd.jetcd.Client;
import io.ratiskv.cli.bench.Target;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** etcd with its defaults: a write is on the disks of a majority, and reads are linearizable. */
final class EtcdCluster extends Cluster {
  private static final int FIRST_PORT = 12379;
  private static final int PEER_PORTS_ABOVE = 1;
  private static final int PORTS = 10;

  private final String program;

  EtcdCluster(Path folder, String program) {
    super(folder);
    this.program = program;
  }

  @Override
  List<String> command(int server, Path data) {
    return List.of(
        program,
        "--name=" + server,
        "--data-dir=" + data,
        "--listen-client-urls=" + client(server),
        "--advertise-client-urls=" + client(server),
        "--listen-peer-urls=" + peer(server),
        "--initial-advertise-peer-urls=" + peer(server),
        "--initial-cluster="
            + IntStream.range(0, SERVERS)
                .mapToObj(i -> i + "=" + peer(i))
                .collect(Collectors.joining(",")),
        "--initial-cluster-state=new",
        "--log-level=warn");
  }

  @Override
  Target connect() {
    URI[] endpoints =
        IntStream.range(0, SERVERS).mapToObj(i -> URI.create(client(i))).toArray(URI[]::new);
    return new EtcdTarget(Client.builder().endpoints(endpoints).build());
  }

  private static String client(int server) {
    return "http://127.0.0.1:" + (FIRST_PORT + PORTS * server);
  }

  private static String peer(int server) {
    return "http://127.0.0.1:" + (FIRST_PORT + PORTS * server + PEER_PORTS_ABOVE);
  }
}
