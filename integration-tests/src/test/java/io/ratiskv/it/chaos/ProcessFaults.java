package io.ratiskv.it.chaos;

import io.ratiskv.it.process.ServerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What can be done to any process, by signals. */
final class ProcessFaults {
  /** How long a process sleeps: less than an election, about one, and much more. */
  private static final int[] PAUSES_MILLIS = {300, 1000, 5000};

  /** Once in a while. */
  private static final int LONG_PAUSE_MILLIS = 20_000;

  private final ProcessCluster cluster;

  ProcessFaults(ProcessCluster cluster) {
    this.cluster = cluster;
  }

  List<Fault> all() {
    return List.of(
        kill("sigkill-leader", cluster::leaderOrAny),
        killAny(),
        killAll(),
        terminate(),
        pause("sigstop-leader", cluster::leaderOrAny),
        pause("sigstop-any", cluster::any));
  }

  /** Chooses a server. */
  interface Choice {
    ServerProcess choose(Random random);
  }

  Fault killAny() {
    return kill("sigkill-any", cluster::any);
  }

  private Fault kill(String name, Choice choice) {
    List<ServerProcess> down = new ArrayList<>();
    return new ScriptedFault(
        name,
        random -> {
          ServerProcess server = choice.choose(random);
          down.add(server);
          server.kill();
          return server.id();
        },
        () -> restart(down));
  }

  private Fault killAll() {
    List<ServerProcess> down = new ArrayList<>();
    return new ScriptedFault(
        "sigkill-all",
        random -> {
          down.addAll(cluster.processes().all());
          down.forEach(ServerProcess::shoot);
          down.forEach(ServerProcess::kill);
          return down.toString();
        },
        () -> restart(down));
  }

  private Fault terminate() {
    List<ServerProcess> down = new ArrayList<>();
    return new ScriptedFault(
        "sigterm-leader",
        random -> {
          ServerProcess server = cluster.leaderOrAny(random);
          down.add(server);
          server.stop();
          return server.id();
        },
        () -> restart(down));
  }

  private boolean restart(List<ServerProcess> down) throws Exception {
    List<ServerProcess> all = List.copyOf(down);
    down.clear();
    cluster.start(all);
    return !all.isEmpty();
  }

  private static int pauseMillis(Random random) {
    return random.nextInt(10) == 0
        ? LONG_PAUSE_MILLIS
        : PAUSES_MILLIS[random.nextInt(PAUSES_MILLIS.length)];
  }

  private Fault pause(String name, Choice choice) {
    List<ServerProcess> paused = new ArrayList<>();
    long[] end = new long[1];
    return new ScriptedFault(
        name,
        random -> {
          ServerProcess server = choice.choose(random);
          int millis = pauseMillis(random);
          paused.add(server);
          server.pause();
          end[0] = System.nanoTime() + Duration.ofMillis(millis).toNanos();
          return server.id() + " for " + millis + " ms";
        },
        () -> {
          boolean some = !paused.isEmpty();
          for (ServerProcess server : paused) {
            Pause.millis(Math.max(0, (end[0] - System.nanoTime()) / 1_000_000));
            server.resume();
            cluster.processes().awaitUp(server);
          }
          paused.clear();
          return some;
        });
  }
}
