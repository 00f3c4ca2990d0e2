package io.ratiskv.cli;

import io.ratiskv.cli.bench.Distribution;
import io.ratiskv.cli.bench.Mix;
import io.ratiskv.cli.bench.Plan;
import io.ratiskv.cli.bench.Workload;
import io.ratiskv.protocol.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    header = "Measures how fast a cluster is.",
    description = {
      "Makes calls for a while, and shows how many were answered in a second and how long they "
          + "took. Without --rate, each answer makes room for the next call; with it, calls are due "
          + "at fixed times, and latencies count from then, also while the cluster stalls.",
      "Loads the cluster heavily, and leaves keys behind whose names begin with 'bench'."
    },
    footer = {
      "",
      "Examples:",
      "  kv bench --start                    three servers of its own, puts",
      "  kv bench --start --mix put=50,get=40,append=10 --keys 100000 --zipfian",
      "  kv bench --endpoints kv1:7001,kv2:7001,kv3:7001 --rate 5000 --json result.json"
    })
final class BenchCommand implements Callable<Integer> {
  /** Each key takes a few bytes here while it is chosen. */
  private static final int MAX_KEYS = 100_000_000;

  /** All of one cluster's ports lie within ten. */
  private static final int MAX_SERVERS = 9;

  private final Shell shell;
  @Mixin private ClientOptions client = new ClientOptions();
  @Spec private picocli.CommandLine.Model.@Nullable CommandSpec spec;

  @Option(
      names = "--start",
      description =
          "Start servers on this machine, each a process, and end them afterwards. Three, or as"
              + " many as --server-count says.")
  private boolean start;

  @Option(
      names = "--server-count",
      paramLabel = "NUMBER",
      description = "With --start: how many. Default: 3.")
  private int serverCount = 3;

  @Option(
      names = "--slow-follower",
      description =
          "With --start: let one server, not the leader, run for a tenth of the time only: it is"
              + " stopped and continued five times a second.")
  private boolean slowFollower;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "With --start: where to make a folder for them, removed afterwards. The result depends on"
              + " its disk. Default: the system's temporary folder.")
  private Path data = Path.of(System.getProperty("java.io.tmpdir", "."));

  @Option(
      names = "--mix",
      paramLabel = "KIND=WEIGHT,...",
      description = "What to call: put, get, append. Default: ${DEFAULT-VALUE}.")
  private String mix = "put";

  @Option(
      names = "--keys",
      paramLabel = "NUMBER",
      description = "How many keys. They are written first if the mix has gets. Default: 10000.")
  private int keys = 10_000;

  @Option(
      names = "--zipfian",
      description = "Call for few keys often, as YCSB does; else for all of them alike.")
  private boolean zipfian;

  @Option(
      names = "--value",
      paramLabel = "BYTES",
      description = "Length of what is put or appended. Default: ${DEFAULT-VALUE}.")
  private int value = 128;

  @Option(
      names = "--connections",
      paramLabel = "NUMBER",
      description = "Clients, each with a session and a connection. Default: ${DEFAULT-VALUE}.")
  private int connections = 3;

  @Option(
      names = "--outstanding",
      paramLabel = "NUMBER",
      description =
          "Calls that each of them may have unanswered. Default: 16, and with --rate 4096: what is"
              + " due beyond it waits.")
  private @Nullable Integer outstanding;

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = "Calls in a second, of all connections together.")
  private @Nullable Integer rate;

  @Option(
      names = "--warm",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to go on before measuring. Default: 5s.")
  private Duration warm = Duration.ofSeconds(5);

  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "How long to measure. Default: 10s.")
  private Duration time = Duration.ofSeconds(10);

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the result there, as JSON; latencies are in microseconds.")
  private @Nullable Path json;

  BenchCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    Plan plan = plan();
    require(connections, 1, 10_000, "--connections");
    require(serverCount, 1, MAX_SERVERS, "--server-count");
    if (slowFollower && serverCount == 1) {
      throw usage("--slow-follower: one server has no follower");
    }
    BenchStart servers = start ? new BenchStart(data, serverCount, slowFollower) : null;
    return new BenchRun(shell, client, plan, connections, json).run(servers).number();
  }

  private Plan plan() {
    require(keys, 1, MAX_KEYS, "--keys");
    require(value, 0, Limits.MAX_VALUE_BYTES, "--value");
    if (rate != null) {
      require(rate, 1, 10_000_000, "--rate");
    }
    int places = outstanding != null ? outstanding : rate == null ? 16 : 4096;
    require(places, 1, 16_384, "--outstanding");
    Distribution distribution = zipfian ? Distribution.ZIPFIAN : Distribution.UNIFORM;
    String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    return new Plan(
        new Workload(mix(), distribution, keys, value, run),
        places,
        rate == null ? 0 : rate,
        warm,
        time);
  }

  private Mix mix() {
    try {
      return Mix.parse(mix);
    } catch (IllegalArgumentException e) {
      throw usage("--mix: " + e.getMessage());
    }
  }

  private void require(int number, int least, int most, String option) {
    if (number < least || number > most) {
      throw usage(option + " is " + number + ", at least " + least + ", at most " + most);
    }
  }

  private RuntimeException usage(String message) {
    return spec == null
        ? new CommandException(ExitCode.USAGE, message)
        : new ParameterException(spec.commandLine(), message);
  }
}
