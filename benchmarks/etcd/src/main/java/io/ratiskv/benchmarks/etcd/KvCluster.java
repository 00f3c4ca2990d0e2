package io.ratiskv.benchmarks.etcd;

import io.ratiskv.cli.KvTarget;
import io.ratiskv.cli.bench.Target;
import io.ratiskv.client.AsyncKvClient;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** This store with its defaults. */
final class KvCluster extends Cluster {
  private static final int FIRST_PORT = 12479;
  private static final int PEER_PORTS_ABOVE = 1;
  private static final int PORTS = 10;

  private final String program;

  /**
   * @param program the launcher
   */
  KvCluster(Path folder, String program) {
    super(folder);
    this.program = program;
  }

  @Override
  List<String> command(int server, Path data) {
    String servers =
        IntStream.range(0, SERVERS)
            .mapToObj(i -> "n" + i + "=" + client(i) + "/" + peer(i))
            .collect(Collectors.joining(","));
    return List.of(program, "server", "--id=n" + server, "--servers=" + servers, "--data=" + data);
  }

  @Override
  Target connect() {
    return new KvTarget(
        AsyncKvClient.builder()
            .endpoints(IntStream.range(0, SERVERS).mapToObj(KvCluster::client).toList())
            .buildAsync());
  }

  private static String client(int server) {
    return "127.0.0.1:" + (FIRST_PORT + PORTS * server);
  }

  private static String peer(int server) {
    return "127.0.0.1:" + (FIRST_PORT + PORTS * server + PEER_PORTS_ABOVE);
  }
}
