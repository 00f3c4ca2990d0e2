package io.ratiskv.service;

import io.grpc.Server;
import io.ratiskv.protocol.v1.FoundingState;
import io.ratiskv.service.metrics.Metrics;
import io.ratiskv.service.security.Security;
import io.ratiskv.statemachine.Fatal;
import io.ratiskv.statemachine.KvStateMachine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service in front of one Ratis server, which runs in this process, and is started and stopped
 * by whoever made it: a {@link KvServer}, or a test's MiniRaftCluster.
 *
 * <p>It takes the clients' requests, gathers them into log entries and answers. It adds nothing to
 * what an operation does.
 */
public final class KvService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KvService.class);

  /** For what is under way when the server is stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration WATCH_PERIOD = Duration.ofMillis(500);

  private final RaftServer.Division division;
  private final Committer committer;
  private final PeerStreams peers;
  private final SessionWatch sessionWatch;
  private final IdleSnapshots idleSnapshots;
  private final Handover handover;
  private final DiskUse disk;
  private final ServiceView view;
  private final Server server;
  private final Fatal fatal;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "kv-watch");
            thread.setDaemon(true);
            return thread;
          });

  /** What else is looked after; does nothing until it is given. */
  private volatile Runnable alsoLook = () -> {};

  private KvService(
      RaftServer.Division division,
      Committer committer,
      PeerStreams peers,
      SessionWatch sessionWatch,
      IdleSnapshots idleSnapshots,
      Handover handover,
      DiskUse disk,
      ServiceView view,
      Server server,
      Fatal fatal) {
    this.division = division;
    this.committer = committer;
    this.peers = peers;
    this.sessionWatch = sessionWatch;
    this.idleSnapshots = idleSnapshots;
    this.handover = handover;
    this.disk = disk;
    this.view = view;
    this.server = server;
    this.fatal = fatal;
  }

  /**
   * Starts it.
   *
   * @param raftServer a started server with the group and a {@link KvStateMachine}
   * @param cluster the name that clients may ask for
   * @param address to listen on; port 0: any that is free
   * @param endpoints where the clients of a peer's service connect: host and port
   * @param founding what this server tells of the beginning of its cluster
   * @param security of the port; null: plain text
   * @param hears whether this server hears another, by its id; asked for each message, by any
   *     thread. For tests that part a cluster, which do it to Ratis's messages elsewhere
   * @param fatal told when Ratis gives up
   * @throws IOException if the address can't be listened on: names it
   */
  public static KvService start(
      RaftServer raftServer,
      RaftGroupId group,
      String cluster,
      InetSocketAddress address,
      Function<RaftPeer, String> endpoints,
      ServiceLimits limits,
      FoundingState founding,
      @Nullable Security security,
      Predicate<String> hears,
      Fatal fatal)
      throws IOException {
    RaftServer.Division division = raftServer.getDivision(group);
    KvStateMachine stateMachine = (KvStateMachine) division.getStateMachine();
    Leadership leadership = new DivisionLeadership(division, endpoints);
    Metrics metrics = new Metrics();
    RequestMetrics requests = new RequestMetrics(metrics);
    PeerStreams peers =
        new PeerStreams(division, endpoints, security == null ? null : security.asking(), hears);
    Committer committer =
        new Committer(
            limits,
            leadership,
            Replica.of(stateMachine),
            new EntryMetrics(metrics, new InProcess(division, group)),
            new ReadProofMetrics(metrics, new ReadIndex(division, peers)));
    ConnectHandler.Identity identity =
        new ConnectHandler.Identity(cluster, raftServer.getId().toString());
    OpenSessions sessions = new OpenSessions();
    SessionWatch sessionWatch =
        new SessionWatch(leadership, stateMachine::state, sessions, committer, System::nanoTime);
    Handover handover = new Handover(raftServer, division, leadership);
    Snapshots snapshots = new Snapshots(raftServer, division, stateMachine);
    IdleSnapshots idleSnapshots =
        new IdleSnapshots(
            () -> division.getInfo().getLastAppliedIndex(),
            () -> isAllApplied(division) && stateMachine.isSnapshotDueWhenIdle(),
            snapshots::begin);
    DiskUse disk = DiskUse.of(division, stateMachine);
    AdminHandler admin =
        new AdminHandler(
            identity,
            division,
            stateMachine,
            leadership,
            committer,
            requests,
            snapshots,
            disk,
            new Membership(
                new RaftMembers(raftServer, division),
                leadership,
                committer,
                () -> stateMachine.state().clusterEpoch()),
            handover,
            founding);
    ServerGauges gauges = new ServerGauges(metrics, division, stateMachine);
    gauges.addAll(identity, committer, limits, sessions, disk);
    gauges.certificates(security);
    ServiceView view = new ServiceView(metrics, admin, division, endpoints);
    Server server =
        Doors.open(address, security)
            // Requests are only checked, queued and submitted on the event loops: a hop to another
            // thread would cost more.
            .directExecutor()
            // Clients look after their connections; one that is silently gone is noticed.
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(10, TimeUnit.SECONDS)
            .addService(
                new Streams(
                    identity,
                    leadership,
                    committer,
                    stateMachine::state,
                    sessions,
                    requests,
                    limits.streamRequests(),
                    security))
            .addService(admin)
            .addService(new PeerHandler(division, hears))
            .build();
    KvService service =
        new KvService(
            division,
            committer,
            peers,
            sessionWatch,
            idleSnapshots,
            handover,
            disk,
            view,
            server,
            fatal);
    service.open(address);
    return service;
  }

  /** As above, for a server whose cluster was founded otherwise, in plain text. */
  public static KvService start(
      RaftServer raftServer,
      RaftGroupId group,
      String cluster,
      InetSocketAddress address,
      Function<RaftPeer, String> endpoints,
      ServiceLimits limits,
      Predicate<String> hears,
      Fatal fatal)
      throws IOException {
    FoundingState founding =
        FoundingState.newBuilder()
            .setCluster(cluster)
            .setServer(raftServer.getId().toString())
            .setSettled(true)
            .build();
    return start(
        raftServer, group, cluster, address, endpoints, limits, founding, null, hears, fatal);
  }

  /** Or else it isn't idle, but waits for something. */
  private static boolean isAllApplied(RaftServer.Division division) {
    return division.getInfo().getLastAppliedIndex() + 1 == division.getRaftLog().getNextIndex();
  }

  private void open(InetSocketAddress address) throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      disk.close();
      peers.close();
      throw new IOException(
          "can't listen for clients on " + address + ": " + rootCause(e).getMessage(), e);
    }
    committer.start(fatal);
    var unused =
        watch.scheduleWithFixedDelay(
            this::look, WATCH_PERIOD.toMillis(), WATCH_PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      checkDivision();
      sessionWatch.look();
      idleSnapshots.look();
      alsoLook.run();
    } catch (RuntimeException e) {
      // A failure must not end the watch itself.
      LOG.error("could not look after the server", e);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /**
   * Ratis closes its part of a server after some faults, and tells no one: the process would stay,
   * and do nothing.
   */
  private void checkDivision() {
    if (!division.getInfo().isAlive()) {
      fatal.halt(
          Fatal.Reason.DIVISION_CLOSED,
          "Ratis closed its part of this server; its log above says why",
          new IllegalStateException("the division is " + division.getInfo().getLifeCycleState()));
      watch.shutdown();
    }
  }

  /** Has this done a few times a second from now on, by a thread that it must not keep long. */
  void alsoLook(Runnable look) {
    alsoLook = look;
  }

  /** What can be seen of it. */
  ServiceView view() {
    return view;
  }

  /**
   * If this server leads and another can: has that one lead, and waits for it, some seconds.
   *
   * @return who leads now; empty if the office was not handed on
   */
  Optional<String> handOver() {
    return handover.beforeTheEnd();
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /**
   * Takes in nothing more, lets what is under way end for a few seconds, and closes the clients'
   * streams.
   */
  @Override
  public void close() {
    watch.shutdownNow();
    disk.close();
    try {
      committer.close(PATIENCE);
      peers.close();
      server.shutdown().awaitTermination(100, TimeUnit.MILLISECONDS);
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Breaks the clients' connections, and answers nobody. */
  void abort() {
    watch.shutdownNow();
    disk.close();
    peers.close();
    server.shutdownNow();
    try {
      committer.close(Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
