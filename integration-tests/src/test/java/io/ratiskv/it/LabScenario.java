package io.ratiskv.it;

import io.ratiskv.statemachine.SnapshotPolicy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A row of the lab's table of tests.
 *
 * <p>Two cores don't carry all of it: seven servers are five here, and three where all of them are
 * started again in each round; fifteen or twenty clients are eight.
 */
record LabScenario(String name, int clients, int servers, Set<Trait> traits) {
  /** The lab's {@code maxraftstate}. */
  static final int TRIGGER_BYTES = 1000;

  /**
   * About as many as take so much. By bytes alone none would be due before the log is half as long
   * as the last snapshot, and in a quick run the state is a multiple of the trigger.
   */
  static final int TRIGGER_ENTRIES = TRIGGER_BYTES / 40;

  /** The log may be so many times as long as what triggers a snapshot. */
  static final int LOG_FACTOR = 8;

  /** What makes it hard. */
  enum Trait {
    /** Between clients and servers messages are lost, doubled and held back. */
    UNRELIABLE,
    /** After each round all servers end at once, and start again from their disks. */
    CRASH,
    /** Every second the servers are cut into other halves. */
    PARTITION,
    /** After 1000 bytes of log. */
    SNAPSHOTS,
    /** All clients share as many keys as there are clients, and put, too. */
    RANDOM_KEYS
  }

  private static final Trait UNRELIABLE = Trait.UNRELIABLE;
  private static final Trait CRASH = Trait.CRASH;
  private static final Trait PARTITION = Trait.PARTITION;
  private static final Trait SNAPSHOTS = Trait.SNAPSHOTS;
  private static final Trait RANDOM_KEYS = Trait.RANDOM_KEYS;

  static Stream<LabScenario> all() {
    return Stream.of(
        row("Basic", 1),
        row("Concurrent", 5),
        row("Unreliable", 5, UNRELIABLE),
        row("ManyPartitionsOneClient", 1, PARTITION),
        row("ManyPartitionsManyClients", 5, PARTITION),
        row("PersistOneClient", 1, CRASH),
        row("PersistConcurrent", 5, CRASH),
        row("PersistConcurrentUnreliable", 5, UNRELIABLE, CRASH),
        row("PersistPartition", 5, CRASH, PARTITION),
        row("PersistPartitionUnreliable", 5, UNRELIABLE, CRASH, PARTITION),
        row("PersistPartitionUnreliableLinearizable", 8, UNRELIABLE, CRASH, PARTITION, RANDOM_KEYS),
        row("SnapshotRecover", 1, CRASH, SNAPSHOTS),
        row("SnapshotRecoverManyClients", 8, CRASH, SNAPSHOTS),
        row("SnapshotUnreliable", 5, UNRELIABLE, SNAPSHOTS),
        row("SnapshotUnreliableRecover", 5, UNRELIABLE, CRASH, SNAPSHOTS),
        row(
            "SnapshotUnreliableRecoverConcurrentPartition",
            5,
            UNRELIABLE,
            CRASH,
            PARTITION,
            SNAPSHOTS),
        row(
            "SnapshotUnreliableRecoverConcurrentPartitionLinearizable",
            8,
            UNRELIABLE,
            CRASH,
            PARTITION,
            SNAPSHOTS,
            RANDOM_KEYS));
  }

  private static LabScenario row(String name, int clients, Trait... traits) {
    EnumSet<Trait> set = EnumSet.noneOf(Trait.class);
    set.addAll(List.of(traits));
    return new LabScenario(name, clients, set.contains(CRASH) ? 3 : 5, set);
  }

  boolean has(Trait trait) {
    return traits.contains(trait);
  }

  KvCluster cluster() {
    return has(SNAPSHOTS) ? snapshotting(servers) : neverSnapshotting(servers);
  }

  /** Segments as long as the trigger: the log is purged by whole ones. */
  static KvCluster snapshotting(int servers) {
    return KvCluster.of(servers, new SnapshotPolicy(TRIGGER_BYTES, TRIGGER_ENTRIES), TRIGGER_BYTES);
  }

  static KvCluster neverSnapshotting(int servers) {
    return KvCluster.of(
        servers, new SnapshotPolicy(SnapshotPolicy.NEVER, SnapshotPolicy.NEVER), 1 << 20);
  }
}
