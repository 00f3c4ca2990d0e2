package io.ratiskv.it.chaos;

import io.ratiskv.it.process.FailingDisk;
import io.ratiskv.it.process.Placement;
import io.ratiskv.it.process.Processes;
import io.ratiskv.it.process.ServerProcess;
import io.ratiskv.it.process.SmallDisks;
import io.ratiskv.it.process.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Each server has a small disk, which can be full, or fail once. */
final class BadDisks implements ProcessSetting {
  /** A server that can't write its log. */
  private static final int LOG_FAILED = 20;

  /** The fault may meet a snapshot that the leader sends, and not the log. */
  private static final int SNAPSHOT_INSTALL_FAILED = 22;

  private static final int MEGABYTES = 24;

  /** The log goes to another file often: then at the latest it is noticed that a disk is full. */
  private static final Duration NOTICED = Duration.ofSeconds(8);

  /** From the fault that it meets to its end. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final SmallDisks disks = new SmallDisks();

  @Override
  public Placement place(String id, Path folder) {
    try {
      return disks.place(Placement.plain(folder), id, MEGABYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<Fault> faults(ProcessCluster cluster) {
    List<Fault> faults = new ArrayList<>();
    faults.add(new ProcessFaults(cluster).killAny());
    faults.add(full(cluster, "disk-full-leader", cluster::leaderOrAny));
    faults.add(full(cluster, "disk-full-any", cluster::any));
    if (Tool.STRACE.isHere()) {
      faults.add(failing(cluster, "fsync-fails-leader", cluster::leaderOrAny));
      faults.add(failing(cluster, "fsync-fails-any", cluster::any));
    }
    return faults;
  }

  private Fault full(ProcessCluster cluster, String name, ProcessFaults.Choice choice) {
    List<ServerProcess> full = new ArrayList<>();
    return new ScriptedFault(
        name,
        random -> {
          ServerProcess server = choice.choose(random);
          full.add(server);
          server.expectEnd(LOG_FAILED);
          server.expectEnd(SNAPSHOT_INSTALL_FAILED);
          disks.fill(server.id());
          return server.id();
        },
        () -> {
          boolean ended = false;
          for (ServerProcess server : full) {
            ended = server.endWithin(NOTICED).isPresent();
            disks.free(server.id());
            ended = ended || server.endWithin(LAST_WORDS).isPresent();
            if (ended) {
              cluster.start(server);
            }
          }
          full.clear();
          return ended;
        });
  }

  private static Fault failing(ProcessCluster cluster, String name, ProcessFaults.Choice choice) {
    List<ServerProcess> failing = new ArrayList<>();
    List<FailingDisk> faults = new ArrayList<>();
    return new ScriptedFault(
        name,
        random -> {
          ServerProcess server = choice.choose(random);
          server.expectEnd(LOG_FAILED);
          server.expectEnd(SNAPSHOT_INSTALL_FAILED);
          failing.add(server);
          faults.add(FailingDisk.of(server));
          return server.id();
        },
        () -> {
          boolean ended = false;
          for (ServerProcess server : failing) {
            ended = server.endWithin(NOTICED).isPresent();
          }
          faults.forEach(FailingDisk::close);
          for (ServerProcess server : failing) {
            ended = ended || server.endWithin(LAST_WORDS).isPresent();
          }
          if (ended) {
            cluster.start(failing);
          }
          failing.clear();
          faults.clear();
          return ended;
        });
  }

  @Override
  public void keepData(Path folder) throws IOException {
    for (String id : Processes.IDS) {
      Path data = disks.folder(id);
      if (Files.isDirectory(data)) {
        Processes.copy(data, folder.resolve(id));
      }
    }
  }

  @Override
  public void close() {
    disks.close();
  }
}
