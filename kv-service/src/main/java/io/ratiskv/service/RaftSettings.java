package io.ratiskv.service;

import io.ratiskv.protocol.Limits;
import io.ratiskv.service.rpc.RaftRpc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * Every setting of Ratis that matters to us, each with its reason. Where nothing is said of the
 * default, it is Ratis 3.3.0's and won't do.
 */
public final class RaftSettings {
  /**
   * A follower stands for election when it hasn't heard the leader for a time between these two.
   */
  private static final Duration ELECTION_MIN = Duration.ofMillis(500);

  private static final Duration ELECTION_MAX = Duration.ofSeconds(1);

  /**
   * Ratis's own limit of an entry in the log, with all that it adds: twice our largest. It deposes
   * a leader over a larger one, and doesn't read a log that holds one.
   */
  public static final int MAX_LOG_ENTRY_BYTES = 2 * Limits.MAX_ENTRY_BYTES;

  private RaftSettings() {}

  /**
   * Sets all of them.
   *
   * @param segmentBytes size of a log segment: the log is purged by whole segments, so one is never
   *     longer than the log between two snapshots
   */
  public static void apply(RaftProperties properties, long segmentBytes) {
    // Ratis's own, over gRPC, costs more than all else that an entry does (see RATIONALE), and has
    // Ratis's clients and administrators at its port.
    RaftConfigKeys.Rpc.setType(properties, new RaftRpc());
    timing(properties);
    log(properties, segmentBytes);
    snapshots(properties);
    bounds(properties);
  }

  /** Where Ratis keeps its log; the default lies in the temporary folder. */
  public static void storage(RaftProperties properties, Path folder) {
    RaftServerConfigKeys.setStorageDir(properties, List.of(folder.toFile()));
  }

  private static void timing(RaftProperties properties) {
    // The default, 150 to 300 ms, elects a leader at each garbage collection; seconds would be an
    // outage.
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(ELECTION_MIN));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(ELECTION_MAX));
    // Nobody can be disturbed before there has been a leader.
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, time(Duration.ofMillis(100)));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, time(Duration.ofMillis(300)));
    // A leader that lost its majority may be the only one that is up to date once the network
    // heals: 10 s are too long.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, time(Duration.ofSeconds(2)));
    // How long a server that is added may be silent before it counts as not there. The default is
    // three election timeouts, which a machine that is just starting Java may take.
    RaftServerConfigKeys.setStagingTimeout(properties, time(Duration.ofSeconds(10)));
    // A server that was stopped for longer shuts its part down (and we then end the process). The
    // default of 60 s stays,
    // said here since it decides how long a paused machine may sleep.
    RaftServerConfigKeys.setCloseThreshold(properties, time(Duration.ofSeconds(60)));
  }

  private static void log(RaftProperties properties, long segmentBytes) {
    // One millisecond of sleep between two messages to a follower.
    RaftServerConfigKeys.Log.Appender.setWaitTimeMin(properties, TimeDuration.ZERO);
    // An entry of metadata for each commit: twice the entries and twice the fsyncs.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    // A follower takes entries that are sent again, behind a pending append with the same first
    // index, for that append (NavigableIndices.alreadyExists): where more are sent than are
    // pending,
    // it acknowledges the rest without ever writing it. See check().
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    // These three are the defaults; anything else loses data. See check().
    RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
    RaftServerConfigKeys.Log.setCorruptionPolicy(
        properties, RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(segmentBytes));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(segmentBytes, 4L << 20)));
    // Six segments of 32 MiB on the heap would be more than the data of most clusters. Beside the
    // open one and the one before, what a slow follower needs is read from disk; and reading it
    // again at a start costs nothing that could be measured.
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 1);
    // Without it one dead follower keeps the whole log; the snapshot serves it when it comes back.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
  }

  private static void snapshots(RaftProperties properties) {
    // KvStateMachine decides when; with its own trigger at one entry, Ratis asks it after each run
    // of applies.
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, 1);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
    // A stop is quick, and the log is there at the next start.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
    // The leader sends the file; the other way, a notification, loops in 3.3.0 (RATIS-2500).
    RaftServerConfigKeys.Log.Appender.setInstallSnapshotEnabled(properties, true);
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        properties, SizeInBytes.valueOf(1L << 20));
  }

  private static void bounds(RaftProperties properties) {
    // More entries than we ever have in flight, so that Ratis's own refusal, which closes streams,
    // is never met.
    RaftServerConfigKeys.Write.setElementLimit(properties, 64);
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf(128L << 20));
    SizeInBytes appender = SizeInBytes.valueOf(MAX_LOG_ENTRY_BYTES);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, appender);
    // Has to hold the above and a frame.
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(appender.getSize() + 64));
    // Our session table does this, for good: theirs would keep each reply for a minute.
    RaftServerConfigKeys.RetryCache.setExpiryTime(properties, time(Duration.ofSeconds(1)));
    // Cached pools have no bound. One thread submits; peers send few requests at a time.
    RaftServerConfigKeys.ThreadPool.setClientCached(properties, false);
    RaftServerConfigKeys.ThreadPool.setClientSize(properties, 4);
    RaftServerConfigKeys.ThreadPool.setServerCached(properties, false);
    RaftServerConfigKeys.ThreadPool.setServerSize(properties, 8);
    RaftServerConfigKeys.ThreadPool.setProxyCached(properties, false);
    RaftServerConfigKeys.ThreadPool.setProxySize(properties, 4);
  }

  /**
   * Refuses what would lose data or break a promise.
   *
   * @throws IllegalArgumentException naming the key, its value and the value it must have
   */
  public static void check(RaftProperties properties) {
    require(
        RaftServerConfigKeys.Log.UNSAFE_FLUSH_ENABLED_KEY,
        RaftServerConfigKeys.Log.unsafeFlushEnabled(properties),
        false);
    require(
        RaftServerConfigKeys.Log.ASYNC_FLUSH_ENABLED_KEY,
        RaftServerConfigKeys.Log.asyncFlushEnabled(properties),
        false);
    require(
        RaftServerConfigKeys.Log.APPEND_ENTRIES_COMPOSE_ENABLED_KEY,
        RaftServerConfigKeys.Log.appendEntriesComposeEnabled(properties),
        false);
    require(
        RaftServerConfigKeys.Log.CORRUPTION_POLICY_KEY,
        RaftServerConfigKeys.Log.corruptionPolicy(properties),
        RaftServerConfigKeys.Log.CorruptionPolicy.EXCEPTION);
    require(
        RaftServerConfigKeys.Log.Appender.INSTALL_SNAPSHOT_ENABLED_KEY,
        RaftServerConfigKeys.Log.Appender.installSnapshotEnabled(properties),
        true);
    require(
        RaftServerConfigKeys.Log.USE_MEMORY_KEY,
        RaftServerConfigKeys.Log.useMemory(properties),
        false);
    require(
        RaftServerConfigKeys.LeaderElection.PRE_VOTE_KEY,
        RaftServerConfigKeys.LeaderElection.preVote(properties),
        true);
  }

  private static void require(String key, Object value, Object required) {
    if (!value.equals(required)) {
      throw new IllegalArgumentException(
          key
              + " is "
              + value
              + ": it has to be "
              + required
              + ", or acknowledged writes can be lost");
    }
  }

  private static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
