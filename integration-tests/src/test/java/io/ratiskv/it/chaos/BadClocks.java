package io.ratiskv.it.chaos;

import io.ratiskv.it.process.Clocks;
import io.ratiskv.it.process.Placement;
import io.ratiskv.it.process.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** The servers' wall clocks jump, and stay wrong. */
final class BadClocks implements ProcessSetting {
  private static final List<Duration> OFFSETS =
      List.of(
          Duration.ofHours(1),
          Duration.ofHours(-1),
          Duration.ofDays(365),
          Duration.ofDays(-365),
          Duration.ZERO);

  private final Clocks clocks = new Clocks();

  @Override
  public Placement place(String id, Path folder) {
    try {
      return clocks.place(Placement.plain(folder), id, folder.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Fault> faults(ProcessCluster cluster) {
    return List.of(
        new ProcessFaults(cluster).killAny(),
        jump("clock-jump-leader", random -> List.of(cluster.leaderOrAny(random))),
        jump("clock-jump-all", random -> cluster.processes().all()));
  }

  private interface Choice {
    List<ServerProcess> choose(Random random);
  }

  private Fault jump(String name, Choice choice) {
    return new ScriptedFault(
        name,
        random -> {
          Duration offset = OFFSETS.get(random.nextInt(OFFSETS.size()));
          List<ServerProcess> servers = choice.choose(random);
          for (ServerProcess server : servers) {
            clocks.turn(server.id(), offset);
          }
          return servers + " to " + offset;
        },
        () -> true);
  }

  @Override
  public void close() {}
}
