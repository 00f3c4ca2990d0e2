package io.ratiskv.service;

import io.ratiskv.service.rpc.RaftPort;
import io.ratiskv.service.security.Credentials;
import io.ratiskv.service.security.Security;
import io.ratiskv.service.storage.DataFolder;
import io.ratiskv.service.storage.FirstSnapshot;
import io.ratiskv.service.storage.Life;
import io.ratiskv.service.storage.RaftGroups;
import io.ratiskv.service.storage.RaftLogTail;
import io.ratiskv.service.storage.RaftMeta;
import io.ratiskv.service.storage.RaftMetaGuard;
import io.ratiskv.service.storage.SnapshotCheck;
import io.ratiskv.statemachine.DamagedSnapshotsException;
import io.ratiskv.statemachine.Fatal;
import io.ratiskv.statemachine.KvStateMachine;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage;
import org.jspecify.annotations.Nullable;

/** One server of a cluster: a data folder, a Ratis server on it, and the service in front. */
public final class KvServer implements AutoCloseable {
  private final DataFolder folder;
  private final RaftServer raft;
  private final KvService service;
  private final RaftMetaWatch metaWatch;
  private final Surroundings around;
  private final @Nullable Observation observation;

  private KvServer(
      DataFolder folder,
      RaftServer raft,
      KvService service,
      RaftMetaWatch metaWatch,
      Surroundings around,
      @Nullable Observation observation) {
    this.metaWatch = metaWatch;
    this.folder = folder;
    this.raft = raft;
    this.service = service;
    this.around = around;
    this.observation = observation;
  }

  /**
   * Starts a server. Returns when it listens; it may not have found the others yet. The first time,
   * with an empty folder, it waits for them: for all servers of a new cluster, or, if it is to
   * join, for the leader. Interrupting the thread ends that.
   *
   * @throws ForgottenException if its folder is empty, and it has been a member
   * @throws IOException if it can't: the folder is another's, in use or damaged, a port is taken, …
   *     The message says what is wrong and what to do
   */
  public static KvServer start(ServerConfig config, Fatal fatal) throws IOException {
    return start(config, fatal, other -> true);
  }

  /**
   * As above, for tests that part a cluster.
   *
   * @param hears asked with the id of another server for each of its requests, by any thread; where
   *     it says no, the connection ends
   */
  public static KvServer start(ServerConfig config, Fatal fatal, Predicate<String> hears)
      throws IOException {
    // Before the folder is touched; a port may still be taken meanwhile.
    checkFree(config.self().raft());
    checkFree(config.self().client());
    if (config.http() != null) {
      checkFree(config.http());
    }
    PlainText.check(config);
    Security security = Security.open(config.security());
    try {
      return start(config, new Surroundings(security, new Hearing(hears), fatal));
    } catch (IOException | RuntimeException e) {
      security.close();
      throw e;
    }
  }

  /** Whom it lets in, and whom it tells. */
  private record Surroundings(Security security, Hearing hearing, Fatal fatal) {}

  private static KvServer start(ServerConfig config, Surroundings around) throws IOException {
    DataFolder folder =
        DataFolder.open(config.data(), new DataFolder.Identity(config.cluster(), config.id()));
    Observation observation = null;
    try {
      observation =
          config.http() == null
              ? null
              : Observation.open(config.http().address(), around.security());
      settle(config, folder, around.security());
      return start(config, folder, around, observation);
    } catch (IOException | RuntimeException e) {
      if (observation != null) {
        observation.close();
      }
      folder.close();
      throw e;
    }
  }

  /** The server has its place in a cluster, or gets it. */
  private static void settle(ServerConfig config, DataFolder folder, Security security)
      throws IOException {
    if (folder.life().isSettled()) {
      return;
    }
    // What a founding left that was cut short is no part of another place.
    folder.clearRaft();
    OtherServers others = new OtherServers(security.asking());
    if (config.joins()) {
      long epoch = new Joining(config, others).checkId();
      folder.become(folder.life().settled(Life.Place.JOINED, Map.of()).inEpoch(epoch));
    } else {
      Map<String, String> founders = new Founding(config, folder.life(), others).await(security);
      Life settled = folder.life().settled(Life.Place.FOUNDER, founders);
      RaftGroup group = group(config, settled);
      FirstSnapshot.write(folder.raft(), group.getGroupId(), List.copyOf(group.getPeers()));
      folder.become(settled);
    }
  }

  private static KvServer start(
      ServerConfig config,
      DataFolder folder,
      Surroundings around,
      @Nullable Observation observation)
      throws IOException {
    RaftGroup group = group(config, folder.life());
    Path data = folder.raft().resolve(group.getGroupId().getUuid().toString());
    Path log = data.resolve("current");
    RaftLogTail.Report found = RaftLogTail.repair(log, RaftSettings.MAX_LOG_ENTRY_BYTES);
    RaftMeta.check(log, found.lastTerm(), folder.life().ran());
    SnapshotCheck.check(data, folder.life(), found.entries() > 0);
    if (found.entries() == 0 && folder.life().place() == Life.Place.FOUNDER) {
      FirstSnapshot.moveMembers(folder.raft(), group.getGroupId(), List.copyOf(group.getPeers()));
    }
    RaftMetaWatch metaWatch =
        new RaftMetaWatch(
            RaftMetaGuard.of(folder, group.getGroupId(), config.id()),
            around.hearing(),
            around.fatal());
    metaWatch.setRoomAside();
    RaftServer raft = startRaft(config, folder, group, around, metaWatch);
    try {
      folder.become(folder.life().running());
      Member.Endpoint client = config.self().client();
      KvService service =
          KvService.start(
              raft,
              group.getGroupId(),
              config.cluster(),
              client.address(),
              RaftPeer::getClientAddress,
              config.limits(),
              Founding.answer(config.cluster(), config.id(), folder.life()),
              around.security(),
              around.hearing()::of,
              metaWatch);
      service.alsoLook(metaWatch::look);
      if (observation != null) {
        observation.see(service.view());
      }
      return new KvServer(folder, raft, service, metaWatch, around, observation);
    } catch (IOException | RuntimeException e) {
      raft.close();
      metaWatch.lastLook();
      throw e;
    }
  }

  private static RaftServer startRaft(
      ServerConfig config,
      DataFolder folder,
      RaftGroup group,
      Surroundings around,
      RaftMetaWatch metaWatch)
      throws IOException {
    RaftServer raft = null;
    try {
      raft = raftServer(config, folder, group, around, metaWatch);
      metaWatch.begin(raft, group.getGroupId());
      raft.start();
      return raft;
    } catch (IOException | RuntimeException e) {
      if (raft != null) {
        raft.close();
        metaWatch.lastLook();
      }
      // Ratis wraps what the state machine says.
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof DamagedSnapshotsException damaged) {
          throw damaged;
        }
      }
      throw e;
    }
  }

  /**
   * With the first members, which count until the log or a snapshot names others. One that joins
   * knows none: until the leader has brought it up to date it neither votes nor stands.
   */
  private static RaftGroup group(ServerConfig config, Life life) {
    List<RaftPeer> peers =
        life.place() == Life.Place.JOINED
            ? List.of()
            : config.members().stream().map(Membership::peer).toList();
    return RaftGroup.valueOf(RaftGroups.id(config.cluster(), life.epoch()), peers);
  }

  private static RaftServer raftServer(
      ServerConfig config,
      DataFolder folder,
      RaftGroup group,
      Surroundings around,
      RaftMetaWatch metaWatch)
      throws IOException {
    RaftProperties properties = new RaftProperties();
    RaftSettings.apply(properties, config.segmentBytes());
    RaftSettings.storage(properties, folder.raft());
    RaftSettings.check(properties);
    Credentials peers = around.security().peers();
    RaftPort port =
        new RaftPort(
            config.self().raft().address(),
            peers == null ? null : peers.javaContext(),
            around.hearing()::of);
    return RaftServer.newBuilder()
        .setServerId(RaftPeerId.valueOf(config.id()))
        .setGroup(group)
        .setProperties(properties)
        .setParameters(port.parameters())
        .setStateMachineRegistry(
            id -> new KvStateMachine(config.snapshots(), metaWatch, metaWatch::membersWritten))
        // The default, FORMAT, fails on a folder that is there.
        .setOption(RaftStorage.StartupOption.RECOVER)
        .build();
  }

  private static void checkFree(Member.Endpoint endpoint) throws IOException {
    InetSocketAddress address = endpoint.address();
    if (address.isUnresolved()) {
      throw new IOException("the host of " + endpoint + " is not known");
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException e) {
      throw new IOException("can't listen on " + endpoint + ": " + e.getMessage(), e);
    }
  }

  /**
   * Before it is stopped while others go on: if this server leads, another one does then, and
   * nobody has to notice first that the leader is gone. Waits for it, some seconds.
   *
   * @return who leads now; empty if the office was not handed on
   */
  public Optional<String> handOver() {
    return service.handOver();
  }

  /** Ends it without an answer to anybody, much as a crash does; for tests. */
  public void kill() throws IOException {
    endAll(
        this::endObservation,
        () -> around.hearing().end(),
        service::abort,
        raft,
        folder::close,
        around.security()::close);
  }

  /** Lets what is under way end for a few seconds, then stops. */
  @Override
  public void close() throws IOException {
    endAll(
        this::endObservation,
        service::close,
        () -> around.hearing().end(),
        // Ratis may be long in ending.
        metaWatch::lastLook,
        raft,
        metaWatch::lastLook,
        folder::close,
        around.security()::close);
  }

  private void endObservation() {
    if (observation != null) {
      observation.close();
    }
  }

  /** Ends each, also after one that fails; the first failure is thrown. */
  static void endAll(Closeable... parts) throws IOException {
    Exception failure = null;
    for (Closeable part : parts) {
      try {
        part.close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
  }
}
