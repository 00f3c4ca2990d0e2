package io.ratiskv.it.chaos;

import io.ratiskv.it.KvCluster;
import io.ratiskv.it.chaos.ScriptedFault.Heal;
import io.ratiskv.it.chaos.ScriptedFault.Strike;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.ratis.statemachine.SnapshotInfo;

/** What can be done to the servers of this JVM. */
final class JvmFaults {
  private static final Duration SLOW = Duration.ofMillis(200);
  private static final Duration STALLED = Duration.ofMinutes(1);
  private static final Duration TRANSFER = Duration.ofSeconds(2);
  private static final Duration PURGE = Duration.ofSeconds(20);

  private final JvmCluster target;
  private final KvCluster cluster;

  JvmFaults(JvmCluster target) {
    this.target = target;
    this.cluster = target.cluster();
  }

  List<Fault> all() {
    return List.of(
        link("isolate-leader", random -> isolate(target.leaderOrAny(random))),
        link("isolate-follower", random -> isolate(target.follower(random))),
        link("split", this::split),
        link("mute-leader", random -> silence(target.leaderOrAny(random))),
        link("deafen-follower", random -> deafen(target.follower(random))),
        link("slow-log", random -> slow(target.follower(random), SLOW)),
        link("stall-log", random -> slow(target.follower(random), STALLED)),
        kill("kill-leader", target::leaderOrAny),
        kill("kill-any", target::any),
        killAll(),
        snapshotNow(),
        install(),
        transferLeadership());
  }

  // ---- between the servers

  /** One that is effective where a message had to wait. */
  private Fault link(String name, Strike strike) {
    long[] before = new long[1];
    return new ScriptedFault(
        name,
        random -> {
          before[0] = cluster.heldMessages();
          return strike.strike(random);
        },
        () -> {
          cluster.heal();
          return cluster.heldMessages() > before[0];
        });
  }

  private String isolate(String id) {
    cluster.isolate(id);
    return id;
  }

  private String silence(String id) {
    cluster.silence(id);
    return id;
  }

  private String deafen(String id) {
    cluster.deafen(id);
    return id;
  }

  private String slow(String id, Duration delay) {
    cluster.slowLog(id, delay);
    return id;
  }

  private String split(Random random) {
    List<String> side = new ArrayList<>(cluster.ids());
    Collections.shuffle(side, random);
    side = side.subList(0, 1 + random.nextInt(side.size() - 1));
    cluster.split(side);
    return side.toString();
  }

  // ---- single servers and all of them

  /** Chooses a server. */
  private interface Choice {
    String choose(Random random);
  }

  private Fault kill(String name, Choice choice) {
    List<String> down = new ArrayList<>();
    return new ScriptedFault(
        name,
        random -> {
          String id = choice.choose(random);
          down.add(id);
          cluster.kill(id);
          return id;
        },
        () -> restart(down));
  }

  private Fault killAll() {
    List<String> down = new ArrayList<>();
    return new ScriptedFault(
        "kill-all",
        random -> {
          down.addAll(cluster.ids());
          Collections.shuffle(down, random);
          down.forEach(cluster::kill);
          return down.toString();
        },
        () -> restart(down));
  }

  private boolean restart(List<String> down) throws IOException {
    boolean some = !down.isEmpty();
    for (String id : down) {
      target.restart(id);
    }
    down.clear();
    return some;
  }

  private Fault snapshotNow() {
    boolean[] taken = new boolean[1];
    return new ScriptedFault(
        "snapshot-now",
        random -> {
          List<String> ids = new ArrayList<>(cluster.ids());
          Collections.shuffle(ids, random);
          taken[0] = false;
          for (String id : ids) {
            long before = snapshotIndex(id);
            taken[0] |= cluster.snapshot(id) > before;
          }
          return ids.toString();
        },
        () -> taken[0]);
  }

  private long snapshotIndex(String id) {
    SnapshotInfo last = cluster.stateMachine(id).getLatestSnapshot();
    return last == null ? 0 : last.getIndex();
  }

  private Fault transferLeadership() {
    boolean[] done = new boolean[1];
    return new ScriptedFault(
        "transfer-leadership",
        random -> {
          done[0] = false;
          String next = target.follower(random);
          Optional<String> leader = target.leader();
          if (leader.isEmpty() || leader.get().equals(next)) {
            return "";
          }
          done[0] = cluster.transferLeadership(leader.get(), next, TRANSFER);
          return leader.get() + " to " + next;
        },
        () -> done[0]);
  }

  // ---- a follower that is behind the log

  /** It is down until the others have purged what it lacks. */
  private Fault install() {
    List<String> down = new ArrayList<>();
    Strike strike =
        random -> {
          String id = target.follower(random);
          long had = cluster.division(id).getRaftLog().getNextIndex();
          down.add(id);
          cluster.kill(id);
          for (String other : cluster.idsBut(id)) {
            Pause.until(PURGE, () -> hasPurged(other, had));
          }
          return id;
        };
    Heal heal =
        () -> {
          if (down.isEmpty()) {
            return false;
          }
          String id = down.get(0);
          long before = snapshotIndex(id);
          restart(down);
          return Pause.until(PURGE, () -> hasInstalled(id, before));
        };
    return new ScriptedFault("install-snapshot", strike, heal);
  }

  /** Its newest snapshot is one that it was sent since; says so to the target. */
  private boolean hasInstalled(String id, long before) {
    long sent = cluster.sentSnapshot(id);
    if (sent <= before || sent != snapshotIndex(id)) {
      return false;
    }
    target.installed(id, sent);
    return true;
  }

  /** The log is purged up to the older of two snapshots, as the load goes on. */
  private boolean hasPurged(String id, long had) {
    cluster.snapshot(id);
    return cluster.division(id).getRaftLog().getStartIndex() > had;
  }
}
